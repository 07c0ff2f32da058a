// What the scheduler stands beside: first come first served, and the ideal of working on all jobs at once.
import type { Arrival } from './arrivals.ts';

/** When each job ends, whole jobs in the order they came. */
export function runFifo(arrivals: readonly Arrival[]): Map<number, number> {
  let free = 0;
  return new Map(
    arrivals.map(({ seq, at, workMs }) => {
      free = Math.max(free, at) + workMs;
      return [seq, free];
    }),
  );
}

/** When each job ends if every job that is there gets the same part of the host at any moment. */
export function runProcessorSharing(arrivals: readonly Arrival[]): Map<number, number> {
  const ends = new Map<number, number>();
  const left = new Map<number, number>();
  let now = 0;
  // Work on all until `until`; whoever finishes on the way leaves more for the others.
  const workUntil = (until: number) => {
    while (left.size > 0) {
      const [seq, least] = [...left].reduce((a, b) => (b[1] < a[1] ? b : a));
      const end = now + least * left.size;
      const doneMs = (Math.min(end, until) - now) / left.size;
      for (const [other, ms] of left) left.set(other, ms - doneMs);
      now = Math.min(end, until);
      if (end > until) return;
      left.delete(seq);
      ends.set(seq, now);
    }
  };
  for (const { seq, at, workMs } of arrivals) {
    workUntil(at);
    now = Math.max(now, at);
    left.set(seq, workMs);
  }
  workUntil(Number.POSITIVE_INFINITY);
  return ends;
}
