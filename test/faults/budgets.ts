// Disks that are too small, each a little larger than the one before: wherever the space runs out, what was acknowledged
// is there when there is room again.
import { join } from 'node:path';
import { type Daemon, startDaemon } from '../helpers/daemon.ts';
import { mountSmallDisk } from '../helpers/small-disk.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

const MEGABYTES = [0.0625, 0.125, 0.25, 0.375, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8];
const AMPLE_MEGABYTES = 64;
const JOBS = 6;

export interface BudgetCounts {
  budgets: number;
  /** The daemon said at its start that there is no room. */
  refusedToStart: number;
  acknowledged: number;
  refused: number;
  lost: number;
}

/** Undefined where mounting is not allowed. */
export async function tryBudgets(): Promise<BudgetCounts | undefined> {
  const counts: BudgetCounts = { budgets: 0, refusedToStart: 0, acknowledged: 0, refused: 0, lost: 0 };
  for (const megabytes of MEGABYTES) {
    const disk = mountSmallDisk(megabytes);
    if (disk === undefined) return undefined;
    counts.budgets++;
    let daemon: Daemon | undefined;
    try {
      const dataDir = join(disk.path, 'data');
      daemon = await startDaemon({ dataDir, env: { XDG_RUNTIME_DIR: '' } }).catch((error: Error) => {
        if (!/No space is left|ENOSPC/.test(error.message)) throw error;
        return undefined;
      });
      const ids: string[] = [];
      if (daemon === undefined) counts.refusedToStart++;
      else ids.push(...(await submitSome(daemon, counts)));
      disk.resize(AMPLE_MEGABYTES);
      daemon ??= await startDaemon({ dataDir });
      for (const id of ids) {
        await waitFor(`job ${id} with ${megabytes} MB`, async () => {
          const { status, error } = (await daemon!.call('GET', `/tts/${id}/status`)).json();
          if (status === 'failed') throw new Error(`job ${id} failed: ${error}`);
          return status === 'completed';
        });
        if ((await daemon.call('GET', `/tts/${id}/result`)).status !== 200) counts.lost++;
      }
    } finally {
      await daemon?.stop();
      disk.unmount();
    }
  }
  return counts;
}

async function submitSome(daemon: Daemon, counts: BudgetCounts): Promise<string[]> {
  const ids: string[] = [];
  for (let job = 0; job < JOBS; job++) {
    const reply = await daemon.call('POST', '/tts/enqueue', { text: makeProse(300) });
    if (reply.status === 202) {
      ids.push(reply.json<{ job_id: string }>().job_id);
      counts.acknowledged++;
    } else if (reply.status === 507 || reply.status === 503) counts.refused++;
    else throw new Error(`${reply.status}: ${reply.body}`);
  }
  return ids;
}
