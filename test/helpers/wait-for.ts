// Waits for a condition by looking again and again; fails naming it when it does not come.
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/** Resolves with the first value of `look` that is neither undefined nor false. */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 60_000,
  /** More where a look costs a process. */
  everyMs = LOOK_EVERY_MS,
): Promise<T> {
  const until = Date.now() + withinMs;
  while (Date.now() < until) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    await delay(everyMs);
  }
  throw new Error(`Waited ${withinMs} ms in vain for ${what}`);
}
