// Makes names in a directory, and directories themselves, survive a power cut.
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDirectory } from '../../api/make-directory.ts';

export async function syncDirectory(path: string): Promise<void> {
  // Windows knows no such call.
  if (process.platform === 'win32') return;
  await using handle = await open(path, 'r');
  await handle.sync();
}

/** Makes what is missing of it, and the name of each directory that it made durable in the one above. */
export async function makeSyncedDirectory(path: string): Promise<void> {
  for (const made of makeDirectory(path)) await syncDirectory(dirname(made));
}
