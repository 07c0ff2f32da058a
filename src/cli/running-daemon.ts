// The daemon of this machine as a process: who it is, and bringing it to an end.
import { setTimeout as sleep } from 'node:timers/promises';
import { TtsError } from '../api/errors.ts';
import type { VersionReply } from '../api/v1.ts';
import { getHost } from './find-daemon.ts';
import { getJson } from './local-get.ts';
import { type Address, findLocal, parseHost } from './locate.ts';
import type { Options } from './options.ts';
import { isAlive } from './start-lock.ts';

export interface RunningDaemon {
  address: Address;
  version: VersionReply;
}

/** The chunk in hand is finished first. */
const STOP_TIMEOUT_MS = 60_000;
const POLL_MS = 40;

/** Undefined when none runs. Only a daemon of this machine can be started and stopped, so a TCP host is refused. */
export async function findRunning(options: Options): Promise<RunningDaemon | undefined> {
  const address = await findAddress(options);
  return address && { address, version: await getJson<VersionReply>(address, '/v1/version') };
}

/** Asks the daemon to finish and waits until its process is gone. */
export async function stopDaemon({ version }: RunningDaemon): Promise<void> {
  const { pid } = version;
  try {
    process.kill(pid, 'SIGTERM');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return;
    throw new TtsError(
      'daemon_unreachable',
      `The daemon (pid ${pid}) is not yours to stop: ${(cause as Error).message}.`,
      {
        cause,
      },
    );
  }
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(pid)) {
    if (Date.now() > deadline) {
      throw new TtsError(
        'timed_out',
        `The daemon (pid ${pid}) is still at work after ${STOP_TIMEOUT_MS / 1000} s. End it with: kill -9 ${pid}`,
      );
    }
    await sleep(POLL_MS);
  }
}

async function findAddress(options: Options): Promise<Address | undefined> {
  const host = getHost(options);
  if (!host) return findLocal();
  const address = parseHost(host);
  if (address.kind === 'unix') return address;
  throw new TtsError('usage', `tts daemon works on this machine only, not on ${host}.`);
}
