// tts daemon install: the system starts the daemon at login and whenever somebody asks it something.

import type { Options } from '../../options.ts';
import { note, print, printJson } from '../../output.ts';
import { findRunning, stopDaemon } from '../../running-daemon.ts';
import { installService } from '../../service/manager.ts';

export async function run(_args: readonly string[], options: Options): Promise<number> {
  // One that was started by hand holds the data directory that the service is to have.
  const running = await findRunning(options);
  if (running) await stopDaemon(running);
  const files = installService();
  if (options.json) printJson({ files });
  else for (const file of files) print(file);
  if (!options.json && !options.quiet)
    note('ttsd is started at login from now on. Take it away: tts daemon uninstall');
  return 0;
}
