// tts daemon start: in the background, unless it runs already.
import type { VersionReply } from '../../../api/v1.ts';
import { startDaemon } from '../../autostart.ts';
import { getJson } from '../../local-get.ts';
import { type Address, getSocket, nameAddress } from '../../locate.ts';
import type { Options } from '../../options.ts';
import { print, printJson } from '../../output.ts';
import { findRunning } from '../../running-daemon.ts';

export async function run(_args: readonly string[], options: Options): Promise<number> {
  const running = await findRunning(options);
  if (running) return report(running.version, running.address, 'runs already', options);
  return start(options);
}

/** Where systemd holds the socket, it may be started by being looked for. */
export async function start(options: Options): Promise<number> {
  const address = await startDaemon();
  return report(await getJson<VersionReply>(address, '/v1/version'), address, 'runs', options);
}

function report(version: VersionReply, address: Address, what: string, options: Options): number {
  if (options.json) printJson({ ...version, socket: getSocket(address) });
  else if (options.quiet) print(String(version.pid));
  else print(`ttsd ${version.version} ${what}: pid ${version.pid}, ${nameAddress(address)}`);
  return 0;
}
