// How true eta_sec is: what a job said at 25, 50 and 75 % of its progress beside the time it then took.
import type { SubmitReply } from '../src/api/v1.ts';
import { Client } from '../src/cli/client.ts';
import { countWorkBefore, type Share } from '../src/daemon/inference/estimate.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../test/helpers/daemon.ts';
import { writeProse } from './prose.ts';
import { drawArrivals, MS_PER_CHAR } from './schedule/arrivals.ts';
import { type Running, runScheduler } from './schedule/simulate.ts';
import { getMedian, getQuantile } from './statistics.ts';
import type { Benchmark, Row } from './table.ts';

/** Each session is a daemon started anew on the same data: its first job finds the model unloaded. */
const SESSIONS = 2;
const MARKS = [25, 50, 75];
/** Between half a minute and eight minutes of sound. */
const SHORTEST = 500;
const LONGEST = 8000;

interface Estimate {
  mark: number;
  predictedSec: number;
  actualSec: number;
}

export const eta: Benchmark = {
  name: 'eta',
  async run({ isFull }) {
    const dataDir = await makeDataDir();
    const alone: Estimate[] = [];
    const together: Estimate[] = [];
    try {
      for (let session = 1; session <= SESSIONS; session++) {
        const daemon = await startDaemon({ dataDir });
        const { size, next } = drawSizes(session);
        for (let job = 0; job < (isFull ? 20 : 6); job++)
          alone.push(...(await followJob(daemon, { chars: size(), label: 'one', number: next() })));
        for (let group = 0; group < (isFull ? 6 : 2); group++) {
          const jobs = ['one', 'one', 'two', 'three', 'three', 'three'].map((label) =>
            followJob(daemon, { chars: size(), label, number: next() }),
          );
          together.push(...(await Promise.all(jobs)).flat());
        }
        await daemon.stop();
      }
    } finally {
      await removeDataDirs();
    }
    return [
      ...estimateInVirtualTime(),
      ...describe('one job at a time', alone),
      ...describe('six at a time of three submitters', together),
    ];
  },
};

/** The same rules without a machine under them: 300 jobs that are all there from the beginning. */
function estimateInVirtualTime(): Row[] {
  const arrivals = drawArrivals({ jobs: 300, load: 1, seed: 2 }).map((job) => ({ ...job, at: job.seq }));
  const said: (Omit<Estimate, 'actualSec'> & { seq: number; at: number })[] = [];
  const { ends } = runScheduler(arrivals, (now, jobs) => {
    if (now < arrivals.length) return;
    for (const job of jobs) {
      const progress = 100 * (1 - job.toDo / job.chars);
      const mark = MARKS.findLast((one) => progress >= one);
      if (mark === undefined || said.some((one) => one.seq === job.seq && one.mark === mark)) continue;
      const active = jobs.filter((other) => other !== job).map(toShare);
      const rest = {
        now,
        msPerUnit: MS_PER_CHAR,
        chunkUnits: 120,
        queued: [],
        rank: null,
        weights: new Map<string, number>(),
      };
      const work = countWorkBefore(toShare(job), { ...rest, active }) + job.toDo;
      said.push({ mark, predictedSec: (work * MS_PER_CHAR) / 1000, seq: job.seq, at: now });
    }
  });
  const estimates = said.map((one) => ({ ...one, actualSec: (ends.get(one.seq)! - one.at) / 1000 }));
  return describe('300 jobs in virtual time', estimates);
}

function toShare(job: Running): Share {
  return { ...job, priority: 0, createdAt: job.at, remaining: job.toDo };
}

function describe(what: string, estimates: readonly Estimate[]): Row[] {
  return MARKS.map((mark) => {
    const those = estimates.filter((estimate) => estimate.mark === mark);
    const errors = those.map(({ predictedSec, actualSec }) => Math.abs(predictedSec - actualSec) / actualSec);
    return {
      what: `eta_sec at ${mark} %, ${what}`,
      ours: `off by ${toPercent(getMedian(errors))} in the median, p90 ${toPercent(getQuantile(errors, 0.9))}`,
      beside: `${those.length} jobs, of what was then left`,
      ratio: getMedian(those.map(({ predictedSec, actualSec }) => predictedSec / actualSec)).toFixed(2),
      goal: mark === 25 ? 'median ≤ 10 %' : '',
    };
  });
}

function toPercent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

/** Submits a job and answers what it said at each mark. */
async function followJob(
  daemon: Daemon,
  { chars, label, number }: { chars: number; label: string; number: number },
): Promise<Estimate[]> {
  const body = { text: writeProse(chars), label, seed: number, format: number % 3 === 0 ? 'mp3' : 'wav' };
  const { jobs } = (await daemon.call('POST', '/v1/jobs', body)).json<SubmitReply>();
  const client = new Client({ kind: 'unix', path: daemon.endpoint.socket });
  const said: { mark: number; predictedSec: number; atMs: number }[] = [];
  let progress = 0;
  for await (const job of client.events(jobs[0]!.job.id)) {
    if (job.progress < progress) throw new Error(`progress went back from ${progress} to ${job.progress}`);
    progress = job.progress;
    const atMs = performance.now();
    for (const mark of MARKS) {
      // A job that jumps past a mark, its chunks found in the cache, says nothing about it.
      const isThere = progress >= mark && progress < mark + 15 && job.eta_sec !== null;
      if (isThere && !said.some((one) => one.mark === mark))
        said.push({ mark, predictedSec: job.eta_sec!, atMs });
    }
    if (job.state === 'failed') throw new Error(`the job failed: ${job.error?.message}`);
  }
  const endMs = performance.now();
  await client.close();
  return said.map(({ mark, predictedSec, atMs }) => ({
    mark,
    predictedSec,
    actualSec: (endMs - atMs) / 1000,
  }));
}

/** Log-uniform: as many short ones as long ones. The same for the same session. */
function drawSizes(session: number): { size: () => number; next: () => number } {
  let drawn = session * 1000;
  const next = () => ++drawn;
  return { next, size: () => Math.round(SHORTEST * (LONGEST / SHORTEST) ** ((next() * 0.618034) % 1)) };
}
