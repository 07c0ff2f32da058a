// tts daemon status: whether it runs, where it listens, how much it has to do.
import { getLogFile } from '../../../api/endpoint.ts';
import { TtsError } from '../../../api/errors.ts';
import type { QueueReply } from '../../../api/v1.ts';
import { getJson } from '../../local-get.ts';
import { findDataDir, getSocket, readEndpoint } from '../../locate.ts';
import type { Options } from '../../options.ts';
import { print, printJson } from '../../output.ts';
import { findRunning } from '../../running-daemon.ts';

export async function run(_args: readonly string[], options: Options): Promise<number> {
  const running = await findRunning(options);
  if (!running)
    throw new TtsError('daemon_unreachable', 'The daemon is not running. Start it with: tts daemon start');
  const { address, version } = running;
  const socket = getSocket(address);
  const dataDir = findDataDir();
  const queue = await getJson<QueueReply>(address, '/v1/queue');
  const http = readEndpoint(dataDir).http ?? null;
  if (options.json) {
    printJson({ ...version, socket, http, data_dir: dataDir, queue });
    return 0;
  }
  if (options.quiet) {
    print(String(version.pid));
    return 0;
  }
  print(`ttsd        ${version.version}, pid ${version.pid}`);
  print(`socket      ${socket ?? 'does not answer'}`);
  if (http) print(`http        ${http}`);
  print(`data        ${dataDir}`);
  print(`log         ${getLogFile(dataDir)}`);
  print(`jobs        ${describeQueue(queue)}`);
  for (const model of queue.models) print(`model       ${describeModel(model)}`);
  return 0;
}

function describeQueue({ running, queued }: QueueReply): string {
  return `${running} running, ${queued.interactive + queued.batch} queued`;
}

function describeModel({ id, state, chars_per_sec: speed }: QueueReply['models'][number]): string {
  return `${id}, ${state}${speed === null ? '' : `, ${Math.round(speed)} characters/s`}`;
}
