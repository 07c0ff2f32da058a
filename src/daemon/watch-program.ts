// Whether the file of the program that runs is still the one that it was started from.
import { statSync } from 'node:fs';

/** To be called at the start; what it gives says, from then on, whether `file` was replaced or is gone. */
export function watchProgram(file: string): () => boolean {
  const atStart = identify(file);
  return () => identify(file) !== atStart;
}

/** npm gives all files the same time, a build may keep their inode. */
function identify(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.ino} ${found.mtimeMs} ${found.size}`;
}
