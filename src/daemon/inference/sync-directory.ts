// Makes a new name in a directory survive a power cut.
import { open } from 'node:fs/promises';

export async function syncDirectory(path: string): Promise<void> {
  // Windows knows no such call.
  if (process.platform === 'win32') return;
  await using handle = await open(path, 'r');
  await handle.sync();
}
