// tts daemon key new: makes a key and prints it, this once.

import { createKey } from '../../../../api/key-files.ts';
import { findKeysHome, viewKey } from '../../../keys.ts';
import type { Options } from '../../../options.ts';
import { note, print, printJson } from '../../../output.ts';

export async function run([name]: readonly string[], options: Options): Promise<number> {
  const { key, made } = createKey(findKeysHome(options), name!, Date.now());
  if (options.json) printJson({ ...viewKey(made), key });
  else print(key);
  if (!options.json && !options.quiet) {
    note(`Key "${made.name}" (${made.id}) is in force. Keep it: it is not stored and not shown again.`);
  }
  return 0;
}
