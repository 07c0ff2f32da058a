// tts daemon stop: it finishes what is in hand; the rest waits in the queue for the next start.
import type { Options } from '../../options.ts';
import { print, printJson } from '../../output.ts';
import { findRunning, stopDaemon } from '../../running-daemon.ts';

export async function run(_args: readonly string[], options: Options): Promise<number> {
  const running = await findRunning(options);
  if (running) await stopDaemon(running);
  const pid = running?.version.pid ?? null;
  if (options.json) printJson({ stopped: running !== undefined, pid });
  else if (!options.quiet) print(running ? `ttsd stopped: pid ${pid}` : 'ttsd does not run');
  return 0;
}
