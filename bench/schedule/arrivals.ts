// Jobs as they might come in: sizes from a line to a book, several submitters, some who wait for the sound and some who do not.
import type { JobClass } from '../../src/api/job.ts';

export interface Arrival {
  seq: number;
  /** Milliseconds since the beginning, as all times here. */
  at: number;
  class: JobClass;
  submitter: string;
  chars: number;
  /** How long a host of its own would take. */
  workMs: number;
}

/** A model that speaks some twelve times faster than real time. */
export const MS_PER_CHAR = 1;

/** Log-normal: half of the texts are shorter than the median; sigma is the spread of the logarithm. */
const SIZES: Record<JobClass, { median: number; sigma: number }> = {
  interactive: { median: 120, sigma: 0.9 },
  batch: { median: 700, sigma: 2 },
};
const INTERACTIVE_SHARE = 0.7;
const LONGEST = 1_000_000;
const SUBMITTERS = 8;

/** Poisson arrivals that keep one host busy for `load` of the time. The same seed gives the same jobs. */
export function drawArrivals({ jobs, load, seed }: { jobs: number; load: number; seed: number }): Arrival[] {
  const random = createRandom(seed);
  const drawn = Array.from({ length: jobs }, (_, index) => {
    const jobClass: JobClass = random() < INTERACTIVE_SHARE ? 'interactive' : 'batch';
    const { median, sigma } = SIZES[jobClass];
    const chars = Math.round(Math.min(LONGEST, Math.max(10, median * Math.exp(sigma * drawNormal(random)))));
    // The first submitter sends the most, the last the least.
    const submitter = `submitter ${Math.floor(SUBMITTERS * random() ** 2)}`;
    return { seq: index + 1, class: jobClass, submitter, chars, workMs: chars * MS_PER_CHAR };
  });
  const meanGapMs = drawn.reduce((sum, { workMs }) => sum + workMs, 0) / jobs / load;
  let at = 0;
  return drawn.map((job) => {
    at += -Math.log(1 - random()) * meanGapMs;
    return { ...job, at };
  });
}

function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** 0 to 1, from a counter mixed up (splitmix32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
