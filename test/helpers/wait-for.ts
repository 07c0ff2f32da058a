// Waits for a condition by looking again and again; fails naming it when it does not come.
import { setTimeout as delay } from 'node:timers/promises';

/** Between two looks: soon at first, then seldom, since each may cost a process its time. */
const PAUSE_MS = { first: 5, growth: 1.5, most: 100 };

/** Resolves with the first value of `look` that is neither undefined nor false. */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 60_000,
  /** More where a look costs much. */
  mostMs = PAUSE_MS.most,
): Promise<T> {
  const until = Date.now() + withinMs;
  for (
    let pauseMs = PAUSE_MS.first;
    Date.now() < until;
    pauseMs = Math.min(pauseMs * PAUSE_MS.growth, mostMs)
  ) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    await delay(pauseMs);
  }
  throw new Error(`Waited ${withinMs} ms in vain for ${what}`);
}
