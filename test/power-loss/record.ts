// A working life of ttsd, written down: jobs submitted, cancelled, completed, fetched and forgotten, a kill -9, two stops, and
// how far the log of its file changes was when each client got its answer.
import { stat } from 'node:fs/promises';
import type { JobView } from '../../src/api/job.ts';
import { type Daemon, startDaemon } from '../helpers/daemon.ts';
import { getShimEnv } from '../helpers/disk-shim.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** `position`: the length of the log when the answer was there; whatever it holds by then, the answer may rely on. */
export interface Acknowledgement {
  id: string;
  position: number;
  what: 'submitted' | 'completed' | 'cancelled' | 'removed';
}

export interface Recording {
  acknowledged: Acknowledgement[];
  /** SHA-256 of every result in the end. */
  sha256: Map<string, string>;
}

const FORMATS = ['wav', 'mp3', 'wav', 'flac', 'opus'] as const;

export async function record(dataDir: string, log: string): Promise<Recording> {
  const acknowledged: Acknowledgement[] = [];
  const start = () => startDaemon({ dataDir, env: getShimEnv(dataDir, { log }) });
  const note = async (what: Acknowledgement['what'], ...ids: string[]) => {
    const { size: position } = await stat(log);
    acknowledged.push(...ids.map((id) => ({ id, position, what })));
  };
  const submit = async (daemon: Daemon, chars: number, count: number) => {
    const jobs = Array.from({ length: count }, (_, index) => ({
      text: `${chars} ${index} ${makeProse(chars)}`,
      seed: 7,
      format: FORMATS[index % FORMATS.length],
    }));
    const reply = await daemon.call('POST', '/v1/jobs', { jobs });
    const ids = reply.json<{ jobs: { job: JobView }[] }>().jobs.map(({ job }) => job.id);
    await note('submitted', ...ids);
    return ids;
  };
  const finish = async (daemon: Daemon, id: string) => {
    await waitFor(`job ${id} to complete`, async () => (await look(daemon, id)).state === 'completed');
    await note('completed', id);
  };
  const cancel = async (daemon: Daemon, id: string) => {
    const { cancelled } = (await daemon.call('POST', `/v1/jobs/${id}/cancel`)).json<{ cancelled: boolean }>();
    await note(cancelled ? 'cancelled' : 'completed', id);
  };

  let daemon = await start();
  const [first, second] = await submit(daemon, 30, 2);
  await finish(daemon, first!);
  const crowd = await submit(daemon, 60, 5);
  await cancel(daemon, crowd.pop()!);
  await finish(daemon, second!);
  await daemon.call('DELETE', `/v1/jobs/${second}`);
  await note('removed', second!);
  const long = await submit(daemon, 500, 2);
  await waitFor('the long job to be under way', async () => (await look(daemon, long[0]!)).progress > 0);
  await daemon.stop('SIGKILL');

  daemon = await start();
  await cancel(daemon, long.pop()!);
  const [late] = await submit(daemon, 40, 1);
  for (const id of [...crowd, ...long, late!]) await finish(daemon, id);
  await daemon.stop();

  daemon = await start();
  const [last] = await submit(daemon, 50, 1);
  await finish(daemon, last!);
  const sha256 = new Map<string, string>();
  for (const id of [first!, ...crowd, ...long, late!, last!])
    sha256.set(id, (await look(daemon, id)).result!.sha256);
  await daemon.stop();
  return { acknowledged, sha256 };
}

async function look(daemon: Daemon, id: string): Promise<JobView> {
  return (await daemon.call('GET', `/v1/jobs/${id}`)).json<JobView>();
}
