// The few steps that most cases begin with, on a store that is new for each test.
import { beforeEach, expect, onTestFinished } from 'vitest';
import type { Job, RunningJob } from '../../../../src/daemon/jobs/job.ts';
import type { JobStore } from '../../../../src/daemon/jobs/store.ts';
import { makeDone, makeJob, NOON } from '../samples.ts';

type Given = Parameters<typeof makeJob>[0];

export interface Driver {
  readonly store: JobStore;
  submit(given?: Given, now?: number): Promise<Job>;
  claim(given?: Partial<Parameters<JobStore['claim']>[0]>): Promise<RunningJob[]>;
  /** Submits and claims; nothing else may wait. */
  start(given?: Given): Promise<RunningJob>;
  /** Submits, claims and completes; answers the id. */
  complete(given?: Parameters<typeof makeDone>[0]): Promise<string>;
}

/** Call it inside a `describe`: `open` is asked for an empty store before each test. */
export function driveNewStores(open: () => Promise<JobStore>): Driver {
  let store: JobStore;
  beforeEach(async () => {
    const opened = await open();
    onTestFinished(() => opened.close());
    store = opened;
  });

  const driver: Driver = {
    get store() {
      return store;
    },
    async submit(given = {}, now = NOON) {
      const [submitted] = await store.submit([makeJob(given)], now);
      return submitted!.job;
    },
    async claim(given = {}) {
      return store.claim({
        class: 'interactive',
        owner: 'me',
        limit: 1,
        newcomerLimit: 0,
        now: NOON,
        ...given,
      });
    },
    async start(given = {}) {
      await driver.submit(given);
      return (await driver.claim())[0]!;
    },
    async complete(given = {}) {
      const job = await driver.start();
      expect(await store.complete(job, makeDone(given))).toBe(true);
      return job.id;
    },
  };
  return driver;
}

export function ids(jobs: readonly { id: string }[]): string[] {
  return jobs.map((job) => job.id);
}
