// What the holder of a claim may do, and what a lost claim may not.
import { describe, expect, test } from 'vitest';
import { makeDone, NOON } from '../samples.ts';
import type { Driver } from './driver.ts';

export function describeRunning(driver: Driver): void {
  const { submit, claim, start } = driver;
  describe('running', () => {
    test('progress is kept, also through a release', async () => {
      const job = await start();
      const progress = { doneChars: 5, doneChunks: 1, totalChunks: 3 };
      expect(await driver.store.saveProgress(job, progress)).toBe(true);
      expect(await driver.store.get(job.id)).toEqual({ ...job, progress });
      await driver.store.release(job);
      expect(await driver.store.get(job.id)).toMatchObject({ state: 'queued', progress });
    });

    test('completes once, with its result', async () => {
      const job = await start({ warnings: ['at submit'] });
      const done = makeDone({ warnings: ['at submit', 'emoji skipped'], now: NOON + 9 });
      expect(await driver.store.complete(job, done)).toBe(true);
      const { owner: _, ...kept } = job;
      expect(await driver.store.get(job.id)).toEqual({
        ...kept,
        state: 'completed',
        finishedAt: NOON + 9,
        warnings: done.warnings,
        progress: done.progress,
        result: done.result,
        expiredAt: null,
      });
      expect(await driver.store.complete(job, done)).toBe(false);
      expect(await driver.store.fail(job, { code: 'internal', message: 'late', now: NOON })).toBe(false);
    });

    test('fails with its reason, and keeps its text', async () => {
      const job = await start({ text: 'poison' });
      expect(await driver.store.fail(job, { code: 'engine_crashed', message: 'twice', now: NOON + 1 })).toBe(
        true,
      );
      expect(await driver.store.get(job.id)).toMatchObject({
        state: 'failed',
        startedAt: NOON,
        finishedAt: NOON + 1,
        error: { code: 'engine_crashed', message: 'twice' },
      });
      expect(await driver.store.getText(job.id)).toBe('poison');
    });

    test('a released job goes before everything else of its class', async () => {
      const job = await start({ priority: -100 });
      await submit({ priority: 100 });
      expect(await driver.store.release(job)).toBe(true);
      expect(await driver.store.getQueuePosition(job.id)).toBe(1);
      expect(await claim()).toEqual([{ ...job, attempt: 2 }]);
    });

    test('the oldest interrupted job is known until it is claimed again', async () => {
      await submit();
      expect(await driver.store.getOldestInterrupted()).toBeUndefined();
      const job = await start();
      expect(await driver.store.getOldestInterrupted()).toBeUndefined();
      await driver.store.release(job);
      expect(await driver.store.getOldestInterrupted()).toBe(job.createdAt);
      await claim();
      expect(await driver.store.getOldestInterrupted()).toBeUndefined();
    });

    test('crashes are counted, and only for the claim in force', async () => {
      const job = await start();
      expect(await driver.store.recordCrash(job)).toBe(1);
      expect(await driver.store.recordCrash(job)).toBe(2);
      expect(await driver.store.recordCrash({ id: job.id, attempt: 0 })).toBeUndefined();
      expect(await driver.store.get(job.id)).toMatchObject({ crashes: 2 });
    });

    test('a claim that was lost changes nothing', async () => {
      const stale = await start();
      await driver.store.release(stale);
      await claim({ owner: 'other' });
      const before = await driver.store.get(stale.id);
      expect(await driver.store.complete(stale, makeDone())).toBe(false);
      expect(await driver.store.fail(stale, { code: 'internal', message: '', now: NOON })).toBe(false);
      expect(await driver.store.release(stale)).toBe(false);
      expect(await driver.store.saveProgress(stale, { doneChars: 1, doneChunks: 1, totalChunks: 1 })).toBe(
        false,
      );
      expect(await driver.store.recordCrash(stale)).toBeUndefined();
      expect(await driver.store.get(stale.id)).toEqual(before);
    });

    test('rescue brings back the jobs of every other owner, ahead', async () => {
      const orphan = await start();
      await submit();
      const [mine] = await claim({ owner: 'new' });
      await submit({ priority: 50 });
      expect(await driver.store.rescue('new')).toEqual([orphan.id]);
      expect(await driver.store.getQueuePosition(orphan.id)).toBe(1);
      expect(await driver.store.get(mine!.id)).toEqual(mine);
      expect(await driver.store.complete(orphan, makeDone())).toBe(false);
    });
  });
}
