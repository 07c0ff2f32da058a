// Who gets which job, and when.
import { describe, expect, test } from 'vitest';
import { makeJob, NOON } from '../samples.ts';
import { type Driver, ids } from './driver.ts';

export function describeClaim(driver: Driver): void {
  const { submit, claim } = driver;
  describe('claim', () => {
    test('takes from one class only, no more than asked for', async () => {
      const mine = [await submit(), await submit(), await submit()];
      await submit({ class: 'batch' });
      expect(ids(await claim({ limit: 2 }))).toEqual([mine[0]!.id, mine[1]!.id]);
      expect(ids(await claim({ limit: 2 }))).toEqual([mine[2]!.id]);
      expect(await claim({ limit: 2 })).toEqual([]);
    });

    test('a claimed job runs, owned, one attempt further', async () => {
      const job = await submit();
      const [running] = await claim({ owner: 'daemon-1', now: NOON + 3 });
      expect(running).toEqual({
        ...job,
        state: 'running',
        owner: 'daemon-1',
        startedAt: NOON + 3,
        attempt: 1,
      });
      expect(await driver.store.get(job.id)).toEqual(running);
    });

    test('nobody gets a job that somebody else got at the same time', async () => {
      await driver.store.submit(
        Array.from({ length: 10 }, () => makeJob()),
        NOON,
      );
      const claimed = (await Promise.all(Array.from({ length: 8 }, () => claim({ limit: 3 })))).flat();
      expect(new Set(ids(claimed)).size).toBe(10);
      expect(claimed).toHaveLength(10);
    });

    test('leaves a job alone until its time has come, and tells when that is', async () => {
      const late = await submit({ notBefore: NOON + 100, priority: 5 });
      const later = await submit({ notBefore: NOON + 200, class: 'batch' });
      expect(await claim()).toEqual([]);
      expect(await driver.store.getNextDue(NOON)).toBe(NOON + 100);
      expect(await driver.store.getNextDue(NOON + 100)).toBe(later.notBefore);
      expect(await driver.store.getNextDue(NOON + 200)).toBeUndefined();
      expect(ids(await claim({ now: NOON + 100 }))).toEqual([late.id]);
    });
  });
}
