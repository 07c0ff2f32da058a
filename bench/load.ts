// Clients that each do one thing after the other for a while, all at the same time: how many, and how long each took.
import { getMedian, getQuantile } from './statistics.ts';
import { formatMs } from './table.ts';

export interface Slice {
  perSec: number;
  durationsMs: number[];
}

/** Every client does its act again and again until `ms` are over. */
export async function loadForAWhile(
  clients: readonly (() => Promise<unknown>)[],
  ms: number,
): Promise<Slice> {
  const durationsMs: number[] = [];
  const startMs = performance.now();
  await Promise.all(
    clients.map(async (act) => {
      while (performance.now() - startMs < ms) {
        const beginMs = performance.now();
        await act();
        durationsMs.push(performance.now() - beginMs);
      }
    }),
  );
  return { perSec: (durationsMs.length * 1000) / (performance.now() - startMs), durationsMs };
}

/** Of slices taken in turns with others: the median of their rates, the quantiles of all they timed. */
export function summarize(slices: readonly Slice[]): { perSec: number; p50Ms: number; p99Ms: number } {
  const durationsMs = slices.flatMap((slice) => slice.durationsMs);
  return {
    perSec: getMedian(slices.map((slice) => slice.perSec)),
    p50Ms: getMedian(durationsMs),
    p99Ms: getQuantile(durationsMs, 0.99),
  };
}

export function describeSlices(slices: readonly Slice[]): string {
  const { perSec, p50Ms, p99Ms } = summarize(slices);
  return `${perSec.toFixed(0)}/s, p50 ${formatMs(p50Ms)}, p99 ${formatMs(p99Ms)}`;
}
