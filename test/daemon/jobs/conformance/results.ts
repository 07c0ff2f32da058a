// Finished files: lost ones are made again, old ones go, in their time.
import { describe, expect, test } from 'vitest';
import { NOON } from '../samples.ts';
import { type Driver, ids } from './driver.ts';

export function describeResults(driver: Driver): void {
  const { submit, start, complete } = driver;
  describe('results', () => {
    test('a lost result is made again, and the job says why', async () => {
      const id = await complete({ warnings: ['one'] });
      expect(await driver.store.listResults()).toEqual([
        { id, result: expect.objectContaining({ format: 'wav' }) },
      ]);
      expect(await driver.store.requeue(id, 'its file was lost')).toBe(true);
      expect(await driver.store.get(id)).toMatchObject({
        state: 'queued',
        warnings: ['one', 'its file was lost'],
        progress: { doneChars: 0, doneChunks: 0, totalChunks: 0 },
      });
      expect(await driver.store.listResults()).toEqual([]);
      expect(await driver.store.requeue(id, 'again')).toBe(false);
    });

    test('a fetched result goes after its time, one never fetched after twice that', async () => {
      const fetched = await complete({ file: 'fetched.wav' });
      const unfetched = await complete({ file: 'unfetched.wav' });
      await driver.store.markFetched(fetched, NOON + 1);
      const expire = (afterMs: number) => driver.store.expire({ ttlMs: 100, now: NOON + afterMs });

      expect(await expire(100)).toEqual({ files: [], removedJobs: [] });
      expect(await expire(101)).toEqual({ files: ['fetched.wav'], removedJobs: [] });
      expect(await driver.store.get(fetched)).toMatchObject({ state: 'completed', expiredAt: NOON + 101 });
      expect(await driver.store.getText(fetched)).toBeUndefined();
      expect(await driver.store.getText(unfetched)).toBeDefined();
      expect(await driver.store.listResults()).toHaveLength(1);
      expect(await driver.store.requeue(fetched, 'too late')).toBe(false);

      expect(await expire(201)).toEqual({ files: ['unfetched.wav'], removedJobs: [] });
      expect(await expire(202)).toEqual({ files: [], removedJobs: [fetched] });
      expect(await expire(401)).toEqual({ files: [], removedJobs: [] });
      expect(await expire(402)).toEqual({ files: [], removedJobs: [unfetched] });
      expect(await driver.store.list({ limit: 9 })).toEqual([]);
    });

    test('failed and cancelled jobs lose their text, then are forgotten; waiting and running ones stay', async () => {
      const failed = await start();
      await driver.store.fail(failed, { code: 'internal', message: 'x', now: NOON });
      const cancelled = await submit();
      await driver.store.cancel(cancelled.id, NOON);
      const running = await start();
      const queued = await submit();
      expect(await driver.store.expire({ ttlMs: 100, now: NOON + 101 })).toEqual({
        files: [],
        removedJobs: [],
      });
      expect(await driver.store.getText(failed.id)).toBeUndefined();
      expect(await driver.store.retry(cancelled.id, NOON)).toMatchObject({ outcome: 'not-retryable' });
      const { removedJobs } = await driver.store.expire({ ttlMs: 100, now: NOON + 1_000_000 });
      expect(new Set(removedJobs)).toEqual(new Set([failed.id, cancelled.id]));
      expect(ids(await driver.store.list({ limit: 9 }))).toEqual([queued.id, running.id]);
      expect(await driver.store.getText(running.id)).toBeDefined();
    });

    test('only final jobs can be removed; the answer names the file that is left', async () => {
      const id = await complete({ file: 'left.wav' });
      const running = await start();
      expect(await driver.store.remove(id)).toEqual({ removed: true, file: 'left.wav' });
      expect(await driver.store.remove(id)).toEqual({ removed: false, file: null });
      expect(await driver.store.remove(running.id)).toEqual({ removed: false, file: null });
      await driver.store.cancel(running.id, NOON);
      expect(await driver.store.remove(running.id)).toEqual({ removed: true, file: null });
      expect(await driver.store.getText(id)).toBeUndefined();
    });
  });
}
