// Who gets which job, and when.
import { describe, expect, test } from 'vitest';
import { makeDone, makeJob, NOON } from '../samples.ts';
import { type Driver, ids } from './driver.ts';

export function describeClaim(driver: Driver): void {
  const { submit, claim, start } = driver;
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
      expect(await driver.store.getNextDue()).toBe(NOON + 100);
      expect(ids(await claim({ now: NOON + 100 }))).toEqual([late.id]);
      expect(await driver.store.getNextDue()).toBe(later.notBefore);
      expect(await claim({ now: NOON + 200 })).toEqual([]);
      expect(await driver.store.getNextDue()).toBeUndefined();
      expect(ids(await claim({ class: 'batch', now: NOON + 200 }))).toEqual([later.id]);
    });

    test('a clock that jumps back does not take a job out of the queue whose time had come', async () => {
      const job = await submit({ notBefore: NOON + 100 });
      expect(await claim({ limit: 0, now: NOON + 100 })).toEqual([]);
      expect(ids(await claim({ now: NOON - 5000 }))).toEqual([job.id]);
    });

    test('everybody gets a turn, however much somebody else has queued before', async () => {
      const many = Array.from({ length: 50 }, () => makeJob({ submitter: 'many', priority: 100 }));
      await driver.store.submit(many, NOON);
      const a = await submit({ submitter: 'a' });
      const b = await submit({ submitter: 'b', priority: -5 });
      expect(ids(await claim({ limit: 3 }))).toEqual(expect.arrayContaining([a.id, b.id]));
      const c = await submit({ submitter: 'c' });
      expect(ids(await claim({ limit: 2 }))).toContain(c.id);
    });

    test('submitters with as many jobs running take turns', async () => {
      for (const submitter of ['a', 'a', 'a', 'b', 'b', 'b']) await submit({ submitter });
      const order: string[] = [];
      for (let turn = 1; turn <= 6; turn++) {
        const [job] = await claim({ now: NOON + turn });
        order.push(job!.submitter);
        await driver.store.complete(job!, makeDone());
      }
      expect(order.slice(0, 4).toSorted().join('')).toBe('aabb');
      expect(order.filter((submitter, index) => submitter === order[index - 1])).toEqual([]);
    });

    test('beyond the limit only those get a job who have none running', async () => {
      for (const submitter of ['a', 'a', 'a', 'b']) await submit({ submitter });
      expect(ids(await claim({ limit: 1 }))).toHaveLength(1);
      const claimed = await claim({ limit: 0, newcomerLimit: 5 });
      expect(claimed).toHaveLength(1);
      await submit({ submitter: 'c' });
      expect((await claim({ limit: 0, newcomerLimit: 5 })).map(({ submitter }) => submitter)).toEqual(['c']);
      expect(await claim({ limit: 0, newcomerLimit: 5 })).toEqual([]);
    });

    test('a queue position counts the turns of the others', async () => {
      const mine = [await submit({ submitter: 'a' }), await submit({ submitter: 'a' })];
      for (let index = 0; index < 9; index++) await submit({ submitter: 'b' });
      const scheduled = await submit({ submitter: 'a', notBefore: NOON + 100 });
      await submit({ submitter: 'b', class: 'batch' });
      const positions = await Promise.all(
        [...mine, scheduled].map(({ id }) => driver.store.getQueuePosition(id)),
      );
      expect(positions).toEqual([expect.toBeOneOf([1, 2]), expect.toBeOneOf([3, 4]), 12]);
      const order = ids(await claim({ limit: 99 }));
      expect(positions.slice(0, 2)).toEqual(mine.map(({ id }) => order.indexOf(id) + 1));
    });

    test('what each submitter has waiting is known', async () => {
      await start({ submitter: 'a' });
      await submit({ submitter: 'b', text: 'four' });
      await submit({ submitter: 'b', text: 'later', notBefore: NOON + 100 });
      const turn = { class: 'interactive', submitter: 'b', queued: 1, queuedChars: 4 };
      expect(await driver.store.listTurns()).toEqual([turn]);
    });
  });
}
