// tts daemon start: in the background, unless it runs already.
import type { VersionReply } from '../../../api/v1.ts';
import { startDaemon } from '../../autostart.ts';
import { getJson } from '../../local-get.ts';
import type { Options } from '../../options.ts';
import { print, printJson } from '../../output.ts';
import { findRunning } from '../../running-daemon.ts';

export async function run(_args: readonly string[], options: Options): Promise<number> {
  const running = await findRunning(options);
  if (running) return report(running.version, running.socket, 'runs already', options);
  const address = await startDaemon();
  const socket = address.kind === 'unix' ? address.path : address.origin;
  return report(await getJson<VersionReply>(socket, '/v1/version'), socket, 'runs', options);
}

function report(version: VersionReply, socket: string, what: string, options: Options): number {
  if (options.json) printJson({ ...version, socket });
  else if (options.quiet) print(String(version.pid));
  else print(`ttsd ${version.version} ${what}: pid ${version.pid}, ${socket}`);
  return 0;
}
