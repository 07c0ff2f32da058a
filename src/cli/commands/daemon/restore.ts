// tts daemon restore: a backup takes the place of the job database, which is moved aside.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TtsError } from '../../../api/errors.ts';
import { getHost } from '../../find-daemon.ts';
import type { Options } from '../../options.ts';
import { findRunning, stopDaemon } from '../../running-daemon.ts';
import { start } from './start.ts';

const LAUNCHER = fileURLToPath(new URL('../../../../bin/ttsd.js', import.meta.url));

/** The daemon runs afterwards if it ran before. */
export async function run([name]: readonly string[], options: Options): Promise<number> {
  const host = getHost(options);
  if (host)
    throw new TtsError(
      'usage',
      `tts daemon restore works in the data directory of this shell (TTSD_DATA_DIR), not in that of ${host}. Leave out --host and TTS_HOST.`,
    );
  // No daemon is stopped for a file that is none.
  const refused = await runDaemon(['--restore', resolve(name!), '--check']);
  if (refused !== 0) return refused;
  const running = await findRunning(options);
  if (running) await stopDaemon(running);
  const code = await runDaemon(['--restore', resolve(name!)]);
  if (running) await start(options);
  return code;
}

async function runDaemon(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [LAUNCHER, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
