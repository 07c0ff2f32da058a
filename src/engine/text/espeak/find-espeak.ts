// espeak-ng, where it is installed: a program of its own, never part of ttsd.
import { findProgram } from '../../../api/find-program.ts';

const NAME = process.platform === 'win32' ? 'espeak-ng.exe' : 'espeak-ng';

/** What is said of a language that needs it. */
export const ESPEAK_IS_MISSING =
  'needs the program espeak-ng, and there is none on the PATH. Install it (Debian: apt install espeak-ng; macOS: brew install espeak-ng)';

/** The program's path, or undefined when no folder of the PATH holds it. */
export function findEspeak(path?: string): string | undefined {
  return findProgram(NAME, path);
}

/** Throws with the remedy when it is not installed. `language`: for people. */
export function requireEspeak(language: string): string {
  const program = findEspeak();
  if (program !== undefined) return program;
  throw new Error(`${language} ${ESPEAK_IS_MISSING}`);
}
