// espeak-ng, where it is installed: a program of its own, never part of ttsd.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAME = process.platform === 'win32' ? 'espeak-ng.exe' : 'espeak-ng';

/** What is said of a language that needs it. */
export const ESPEAK_IS_MISSING =
  'needs the program espeak-ng, and there is none on the PATH. Install it (Debian: apt install espeak-ng; macOS: brew install espeak-ng) and restart ttsd';

/** The program's path, or undefined when no folder of the PATH holds it. */
export function findEspeak(path = process.env.PATH ?? ''): string | undefined {
  for (const dir of path.split(delimiter)) {
    // An empty entry means the current folder, where anybody may have put a program.
    if (dir === '') continue;
    const program = join(dir, NAME);
    if (isExecutable(program)) return program;
  }
  return undefined;
}

/** Throws with the remedy when it is not installed. `language`: for people. */
export function requireEspeak(language: string): string {
  const program = findEspeak();
  if (program !== undefined) return program;
  throw new Error(`${language} ${ESPEAK_IS_MISSING}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
