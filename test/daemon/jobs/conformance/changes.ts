// Every change has a number, so that who knows the last one is told what came since.
import { describe, expect, test } from 'vitest';
import { makeDone, NOON } from '../samples.ts';
import { type Driver, ids } from './driver.ts';

export function describeChanges(driver: Driver): void {
  const { submit, start, complete } = driver;
  const listSince = (after: number, limit = 99) => driver.store.listChanges({ after, limit });

  describe('changes', () => {
    test('are counted from the first job on', async () => {
      expect(await driver.store.getLastChange()).toBe(0);
      expect(await listSince(0)).toEqual([]);
      const job = await submit();
      const last = await driver.store.getLastChange();
      expect(last).toBeGreaterThan(0);
      expect(await listSince(0)).toEqual([{ number: last, id: job.id, job }]);
      expect(await listSince(last)).toEqual([]);
    });

    test('each has its own number, also of one write', async () => {
      await driver.store.submit([], NOON);
      const jobs = [await submit(), await submit(), await submit()];
      await driver.claim({ limit: 3 });
      await driver.store.rescue('somebody else');
      const changes = await listSince(0);
      expect(new Set(ids(changes))).toEqual(new Set(ids(jobs)));
      const numbers = changes.map(({ number }) => number);
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    });

    test('every step of a job is one, progress is none', async () => {
      const queued = await submit();
      const { store } = driver;
      let last = await store.getLastChange();
      const expectChange = async (state: string | null) => {
        const [change, ...others] = await listSince(last);
        expect(others).toEqual([]);
        expect(change).toMatchObject({ id: queued.id, job: state === null ? null : { state } });
        last = change!.number;
      };
      const [running] = await driver.claim();
      await expectChange('running');
      await store.saveProgress(running!, { doneChars: 3, doneChunks: 1, totalChunks: 2 });
      expect(await store.getLastChange()).toBe(last);
      await store.release(running!);
      await expectChange('queued');
      const [again] = await driver.claim();
      await expectChange('running');
      await store.fail(again!, { code: 'synthesis_failed', message: 'x', now: NOON });
      await expectChange('failed');
      await store.retry(queued.id, NOON);
      await expectChange('queued');
      const [third] = await driver.claim();
      await expectChange('running');
      await store.complete(third!, makeDone());
      await expectChange('completed');
      await store.markFetched(queued.id, NOON);
      expect(await store.getLastChange()).toBe(last);
      await store.expire({ ttlMs: 1, now: NOON + 10 });
      await expectChange('completed');
      await store.remove(queued.id);
      await expectChange(null);
      await store.remove(queued.id);
      expect(await store.getLastChange()).toBe(last);
    });

    test('a write that changed nothing has no number', async () => {
      const job = await start();
      const last = await driver.store.getLastChange();
      const stale = { id: job.id, attempt: job.attempt - 1 };
      await driver.store.release(stale);
      await driver.store.complete(stale, makeDone());
      expect(await driver.store.getLastChange()).toBe(last);
    });

    test('are told page by page, forgotten jobs among the others', async () => {
      const gone = await complete();
      const first = await submit();
      await driver.store.remove(gone);
      const second = await submit();
      const all = await listSince(0);
      expect(all.map(({ id, job }) => [id, job === null])).toEqual([
        [first.id, false],
        [gone, true],
        [second.id, false],
      ]);
      const one = await listSince(0, 1);
      expect([...one, ...(await listSince(one[0]!.number, 2))]).toEqual(all);
    });

    test('a job tells the number of its last one', async () => {
      const job = await submit();
      await submit();
      expect(await driver.store.getChange(job.id)).toEqual((await listSince(0))[0]);
      expect(await driver.store.getChange('nobody')).toBeUndefined();
    });

    test('who listens is called after them, and not for what changes nothing', async () => {
      let calls = 0;
      const { promise: called, resolve } = Promise.withResolvers<void>();
      const off = driver.store.onChange(() => {
        calls++;
        resolve();
      });
      await submit();
      await called;
      off();
      const before = calls;
      await submit();
      await driver.store.getLastChange();
      expect(calls).toBe(before);
    });
  });
}
