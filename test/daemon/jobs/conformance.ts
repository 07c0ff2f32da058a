// What every job store must do, said through its interface alone.
import { describe, expect, test } from 'vitest';
import type { JobStore } from '../../../src/daemon/jobs/store.ts';
import { describeCancel } from './conformance/cancel.ts';
import { describeChanges } from './conformance/changes.ts';
import { describeClaim } from './conformance/claim.ts';
import { driveNewStores, ids } from './conformance/driver.ts';
import { describeReading } from './conformance/reading.ts';
import { describeResults } from './conformance/results.ts';
import { describeRunning } from './conformance/running.ts';
import { describeSubmit } from './conformance/submit.ts';
import { makeDone, makeResult, NOON } from './samples.ts';

/** `open` answers an empty store each time. */
export function describeJobStore(name: string, open: () => Promise<JobStore>): void {
  describe(`${name} as a job store`, () => {
    const driver = driveNewStores(open);
    const { submit, start } = driver;
    describeSubmit(driver);
    describeReading(driver);
    describeClaim(driver);
    describeRunning(driver);
    describeCancel(driver);
    describeResults(driver);
    describeChanges(driver);

    test('a clock that jumps back harms nothing', async () => {
      const job = await start();
      expect(await driver.store.complete(job, makeDone({ now: NOON - 5000 }))).toBe(true);
      expect(await driver.store.get(job.id)).toMatchObject({ startedAt: NOON, finishedAt: NOON - 5000 });
      const later = await submit({}, NOON - 9000);
      expect(ids(await driver.store.list({ limit: 9 }))).toEqual([later.id, job.id]);
      const between = await submit({}, NOON - 300_000);
      const list = async (since: number) => ids(await driver.store.list({ limit: 9, since }));
      expect(await list(NOON - 400_000)).toEqual([between.id, later.id, job.id]);
      expect(await list(NOON - 60_000)).toEqual([later.id, job.id]);
      expect(await list(NOON)).toEqual([job.id]);
    });

    test('refuses a result that cannot be, and the job goes on', async () => {
      const job = await start();
      const done = { ...makeDone(), result: makeResult({ sha256: 'short' }) };
      await expect(driver.store.complete(job, done)).rejects.toMatchObject({ name: 'TtsError' });
      expect(await driver.store.get(job.id)).toEqual(job);
    });

    test('says so when it is used after it was closed', async () => {
      await driver.store.close();
      await expect(driver.store.get('x')).rejects.toMatchObject({ code: 'storage_failed' });
    });
  });
}
