// Finished files: lost ones are made again, old ones go, in their time.
import { describe, expect, test } from 'vitest';
import { NOON } from '../samples.ts';
import { type Driver, ids } from './driver.ts';

export function describeResults(driver: Driver): void {
  const { submit, start, complete } = driver;
  const listResults = () => driver.store.listResults({ afterSeq: 0, limit: 10 });
  describe('results', () => {
    test('a lost result is made again, and the job says why', async () => {
      const id = await complete({ warnings: ['one'] });
      expect(await listResults()).toEqual([
        { id, seq: expect.any(Number), result: expect.objectContaining({ format: 'wav' }) },
      ]);
      expect(await driver.store.requeue(id, 'its file was lost')).toBe(true);
      expect(await driver.store.get(id)).toMatchObject({
        state: 'queued',
        warnings: ['one', 'its file was lost'],
        progress: { doneChars: 0, doneChunks: 0, totalChunks: 0 },
      });
      expect(await listResults()).toEqual([]);
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
      expect(await listResults()).toHaveLength(1);
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

    test('more results than there is room for go: the oldest first, those fetched before the others, no young one', async () => {
      const files = ['old-unfetched', 'old-fetched', 'fetched', 'unfetched'];
      const made: string[] = [];
      for (const [index, file] of files.entries()) made.push(await complete({ file, now: NOON + index }));
      await driver.store.markFetched(made[1]!, NOON + 9);
      await driver.store.markFetched(made[2]!, NOON + 9);
      const { bytes } = (await listResults())[0]!.result;
      const shrink = (room: number, endedBefore: number) =>
        driver.store.shrink({ maxFinalJobs: 100, maxResultBytes: room * bytes, endedBefore, now: NOON + 10 });
      expect(await shrink(4, NOON + 100)).toEqual({ files: [], removedJobs: [] });
      expect(await shrink(3, NOON + 100)).toEqual({ files: ['old-fetched'], removedJobs: [] });
      expect(await driver.store.getText(made[1]!)).toBeUndefined();
      expect(await shrink(0, NOON + 3)).toMatchObject({
        files: expect.arrayContaining(['old-unfetched', 'fetched']),
      });
      expect((await listResults()).map(({ result }) => result.file)).toEqual(['unfetched']);
      expect(await driver.store.get(made[0]!)).toMatchObject({ state: 'completed', expiredAt: NOON + 10 });
    });

    test('more final jobs than are kept are forgotten, the oldest first; waiting ones stay', async () => {
      const first = await complete({ file: 'first.wav', now: NOON });
      const second = await complete({ file: 'second.wav', now: NOON + 1 });
      const queued = await submit();
      const shrink = (maxFinalJobs: number) =>
        driver.store.shrink({ maxFinalJobs, maxResultBytes: 1e9, endedBefore: NOON + 100, now: NOON + 100 });
      expect(await shrink(2)).toEqual({ files: [], removedJobs: [] });
      expect(await shrink(1)).toEqual({ files: ['first.wav'], removedJobs: [first] });
      expect(ids(await driver.store.list({ limit: 9 }))).toEqual([queued.id, second]);
      expect(await shrink(0)).toEqual({ files: ['second.wav'], removedJobs: [second] });
      expect(await shrink(0)).toEqual({ files: [], removedJobs: [] });
      expect(await driver.store.get(queued.id)).toBeDefined();
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
