// tts daemon uninstall: the system does not start the daemon any more. Jobs and settings stay.

import type { Options } from '../../options.ts';
import { note, print, printJson } from '../../output.ts';
import { uninstallService } from '../../service/manager.ts';

export async function run(_args: readonly string[], options: Options): Promise<number> {
  const files = uninstallService();
  if (options.json) printJson({ removed: files });
  else for (const file of files) print(`${file} removed`);
  if (files.length === 0 && !options.json && !options.quiet) note('It was not installed.');
  return 0;
}
