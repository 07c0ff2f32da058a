// Cancel and retry: honest answers for every state.
import { describe, expect, test } from 'vitest';
import { makeDone, NOON } from '../samples.ts';
import { type Driver, ids } from './driver.ts';

export function describeCancel(driver: Driver): void {
  const { submit, claim, start, complete } = driver;
  describe('cancel and retry', () => {
    test('a queued job is cancelled at once', async () => {
      const job = await submit();
      const cancelled = { ...job, state: 'cancelled', startedAt: null, finishedAt: NOON + 1 };
      expect(await driver.store.cancel(job.id, NOON + 1)).toEqual({
        outcome: 'cancelled',
        was: 'queued',
        job: cancelled,
      });
      expect(await claim()).toEqual([]);
    });

    test('a cancelled running job never becomes completed', async () => {
      const job = await start();
      expect(await driver.store.cancel(job.id, NOON)).toMatchObject({ outcome: 'cancelled', was: 'running' });
      expect(await driver.store.complete(job, makeDone())).toBe(false);
      expect(await driver.store.get(job.id)).toMatchObject({ state: 'cancelled', startedAt: NOON });
    });

    test('what is final stays as it is, and the answer says so', async () => {
      const id = await complete();
      const job = await driver.store.get(id);
      expect(await driver.store.cancel(id, NOON + 1)).toEqual({ outcome: 'already-final', job });
      expect(await driver.store.cancel('nobody', NOON)).toEqual({ outcome: 'unknown' });
      expect(await driver.store.get(id)).toEqual(job);
    });

    test('a retried job waits at its old place with its crashes forgotten', async () => {
      const job = await start();
      await driver.store.recordCrash(job);
      await driver.store.fail(job, { code: 'engine_crashed', message: 'x', now: NOON });
      const younger = await submit();
      const urgent = await submit({ priority: 1 });
      expect(await driver.store.retry(job.id, NOON)).toMatchObject({
        outcome: 'queued',
        job: { state: 'queued', crashes: 0 },
      });
      expect(ids(await claim({ limit: 9 }))).toEqual([urgent.id, job.id, younger.id]);
      expect(await driver.store.complete(job, makeDone())).toBe(false);
    });

    test('only failed and cancelled jobs can be retried', async () => {
      const cancelled = await submit();
      await driver.store.cancel(cancelled.id, NOON);
      expect(await driver.store.retry(cancelled.id, NOON)).toMatchObject({ outcome: 'queued' });
      expect(await driver.store.retry(cancelled.id, NOON)).toMatchObject({ outcome: 'not-retryable' });
      expect(await driver.store.retry('nobody', NOON)).toEqual({ outcome: 'unknown' });
      await claim();
      expect(await driver.store.retry(await complete(), NOON)).toMatchObject({ outcome: 'not-retryable' });
    });
  });
}
