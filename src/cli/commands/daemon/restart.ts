// tts daemon restart: stop, then start; running jobs go on where they were.
import type { Options } from '../../options.ts';
import { findRunning, stopDaemon } from '../../running-daemon.ts';
import { start } from './start.ts';

export async function run(_args: readonly string[], options: Options): Promise<number> {
  const running = await findRunning(options);
  if (running) await stopDaemon(running);
  return start(options);
}
