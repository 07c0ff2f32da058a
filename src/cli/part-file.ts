// The temporary file of a download, in the folder of the final one. It belongs to one process at a time;
// what a process that is gone left behind is taken over and gone on with.
import { randomUUID } from 'node:crypto';
import { readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isAlive } from './start-lock.ts';

/** A name that nobody else writes to, with the bytes that an earlier download of the same job left, if any. */
export async function claimPart(path: string, jobId: string): Promise<string> {
  const folder = dirname(path);
  const prefix = `.tts-${jobId}.`;
  const own = join(folder, `${prefix}${process.pid}-${randomUUID().slice(0, 8)}.part`);
  for (const name of await readdir(folder)) {
    const owner =
      name.startsWith(prefix) && name.endsWith('.part') && Number.parseInt(name.slice(prefix.length), 10);
    if (!owner || (owner !== process.pid && isAlive(owner))) continue;
    const taken = await rename(join(folder, name), own).then(
      () => true,
      () => false,
    );
    if (taken) break;
  }
  return own;
}
