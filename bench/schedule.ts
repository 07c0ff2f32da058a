// How long jobs wait under the scheduler: 10 000 jobs of realistic sizes in virtual time, through the very function that
// the loop asks, beside first come first served and beside the ideal in which all jobs are worked on at the same time.
import { type Arrival, drawArrivals } from './schedule/arrivals.ts';
import { runFifo, runProcessorSharing } from './schedule/others.ts';
import { runScheduler } from './schedule/simulate.ts';
import { getQuantile } from './statistics.ts';
import type { Benchmark, Row } from './table.ts';

const JOBS = 10_000;
const LOAD = 0.85;
const SEED = 1;
const CHUNK_MS = 120;

/** Names and upper limits in characters. */
const SIZES: readonly [name: string, chars: number][] = [
  ['a line', 200],
  ['a page', 2500],
  ['a chapter', 30_000],
  ['a book', Number.POSITIVE_INFINITY],
];

export const schedule: Benchmark = {
  name: 'schedule',
  async run() {
    const arrivals = drawArrivals({ jobs: JOBS, load: LOAD, seed: SEED });
    const ours = runScheduler(arrivals);
    const fifo = runFifo(arrivals);
    const ideal = runProcessorSharing(arrivals);
    const rows: Row[] = [];
    for (const jobClass of ['interactive', 'batch'] as const) {
      let least = 0;
      for (const [name, most] of SIZES) {
        const chosen = arrivals.filter(
          ({ chars, ...job }) => job.class === jobClass && chars > least && chars <= most,
        );
        least = most;
        if (chosen.length < 20) continue;
        const waits = (ends: Ends) => chosen.map((job) => ends.get(job.seq)! - job.at - job.workMs);
        rows.push({
          what: `wait of ${jobClass}, ${name} (${chosen.length} jobs), p50 / p90 / p99`,
          ours: formatWaits(waits(ours.ends)),
          beside: `FIFO ${formatWaits(waits(fifo))}; ideal ${formatWaits(waits(ideal))}`,
          ratio: (getMean(waits(ours.ends)) / Math.max(1, getMean(waits(ideal)))).toFixed(2),
          goal: '',
        });
      }
    }
    // A word of ten characters that waits for the chunk in hand is slowed down a lot, and nobody minds.
    const slowdowns = (ends: Ends) =>
      arrivals.map((job) => (ends.get(job.seq)! - job.at) / Math.max(CHUNK_MS, job.workMs));
    rows.push({
      what: 'slowdown, work of less than a chunk counted as one: worst job / mean',
      ours: formatSlowdowns(slowdowns(ours.ends)),
      beside: `FIFO ${formatSlowdowns(slowdowns(fifo))}; ideal ${formatSlowdowns(slowdowns(ideal))}`,
      ratio: (getMean(slowdowns(ours.ends)) / getMean(slowdowns(ideal))).toFixed(2),
      goal: '',
    });
    const firsts = arrivals.filter((job) => job.class === 'interactive');
    const toFirst = (starts: Ends) => firsts.map((job) => starts.get(job.seq)! - job.at);
    rows.push({
      what: 'interactive: until its first chunk is in hand, p50 / p90 / p99',
      ours: formatWaits(toFirst(ours.starts)),
      beside: `a chunk takes ${CHUNK_MS} ms`,
      ratio: '',
      goal: '',
    });
    return rows;
  },
};

type Ends = ReadonlyMap<Arrival['seq'], number>;

function formatWaits(ms: readonly number[]): string {
  return [0.5, 0.9, 0.99].map((share) => formatSec(getQuantile(ms, share))).join(' / ');
}

function formatSec(ms: number): string {
  const sec = Math.max(0, ms) / 1000;
  return `${sec < 10 ? sec.toFixed(2) : sec.toFixed(0)} s`;
}

function formatSlowdowns(values: readonly number[]): string {
  return `${Math.max(...values).toFixed(0)} / ${getMean(values).toFixed(1)}`;
}

function getMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
