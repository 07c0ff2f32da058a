// Replaces a file as a whole: whoever reads it, or comes after a power cut, finds the old one or the new one.
import { randomUUID } from 'node:crypto';
import { open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeSyncedDirectory, syncDirectory } from '../inference/sync-directory.ts';

/** Keeps the mode of the file that is there; behind a link the file is replaced, not the link. */
export async function replaceFile(path: string, content: string): Promise<void> {
  await makeSyncedDirectory(dirname(path));
  const target = await realpath(path).catch(() => path);
  const mode = await stat(target).then(
    (found) => found.mode & 0o777,
    () => 0o600,
  );
  const temp = `${target}.${randomUUID()}.tmp`;
  try {
    {
      await using handle = await open(temp, 'wx', mode);
      await handle.chmod(mode);
      await handle.writeFile(content);
      await handle.sync();
    }
    await rename(temp, target);
  } catch (error) {
    await unlink(temp).catch(() => {});
    throw error;
  }
  await syncDirectory(dirname(target));
}
