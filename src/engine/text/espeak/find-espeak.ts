// espeak-ng, where it is installed: a program of its own, never part of ttsd.
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

const NAME = process.platform === 'win32' ? 'espeak-ng.exe' : 'espeak-ng';

/** The program's path, or undefined when no folder of the PATH holds it. */
export async function findEspeak(path = process.env.PATH ?? ''): Promise<string | undefined> {
  for (const dir of path.split(delimiter)) {
    // An empty entry means the current folder, where anybody may have put a program.
    if (dir === '') continue;
    const program = join(dir, NAME);
    const isThere = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return program;
  }
  return undefined;
}

/** Throws with the remedy when it is not installed. `language`: for people. */
export async function requireEspeak(language: string): Promise<string> {
  const program = await findEspeak();
  if (program !== undefined) return program;
  throw new Error(
    `${language} needs the program espeak-ng, and there is none on the PATH. Install it (Debian: apt install espeak-ng; macOS: brew install espeak-ng) and restart ttsd`,
  );
}
