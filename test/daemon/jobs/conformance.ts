// What every job store must do, said through its interface alone.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { RunningJob } from '../../../src/daemon/jobs/job.ts';
import type { JobStore } from '../../../src/daemon/jobs/store.ts';
import { makeDone, makeJob, makeResult, NOON } from './samples.ts';

/** `open` answers an empty store each time. */
export function describeJobStore(name: string, open: () => Promise<JobStore>): void {
  describe(`${name} as a job store`, () => {
    let store: JobStore;
    beforeEach(async () => {
      const opened = await open();
      onTestFinished(() => opened.close());
      store = opened;
    });

    async function submit(given: Parameters<typeof makeJob>[0] = {}, now = NOON) {
      const [submitted] = await store.submit([makeJob(given)], now);
      return submitted!.job;
    }
    async function claim(
      given: { limit?: number; now?: number; class?: 'interactive' | 'batch'; owner?: string } = {},
    ) {
      return store.claim({ class: 'interactive', owner: 'me', limit: 1, now: NOON, ...given });
    }
    async function start(given: Parameters<typeof makeJob>[0] = {}): Promise<RunningJob> {
      await submit(given);
      return (await claim())[0]!;
    }
    async function complete(given: Parameters<typeof makeDone>[0] = {}) {
      const job = await start();
      expect(await store.complete(job, makeDone(given))).toBe(true);
      return job.id;
    }
    const ids = (jobs: { id: string }[]) => jobs.map((job) => job.id);

    describe('submit', () => {
      test('answers the job as it will be read back', async () => {
        const wanted = makeJob({
          label: 'a book',
          priority: -7,
          class: 'batch',
          warnings: ['voice mapped'],
          notBefore: NOON + 5,
        });
        const [submitted] = await store.submit([wanted], NOON);
        const { text, idempotency: _, ...kept } = wanted;
        expect(submitted).toEqual({
          existing: false,
          job: {
            ...kept,
            state: 'queued',
            seq: expect.any(Number),
            textChars: text.length,
            createdAt: NOON,
            attempt: 0,
            crashes: 0,
            progress: { doneChars: 0, doneChunks: 0, totalChunks: 0 },
          },
        });
        expect(await store.get(wanted.id)).toEqual(submitted!.job);
      });

      test.each(['', 'a\0b', 'naïve café 日本語 🙂', '‮rtl', 'line\r\nline', 'x'.repeat(1_000_000)])(
        'keeps every character of the text',
        async (text) => {
          const { id, textChars } = await submit({ text, textPreview: '' });
          expect(await store.getText(id)).toBe(text);
          expect(textChars).toBe(text.length);
        },
      );

      test('keeps several in order, with growing numbers', async () => {
        const wanted = [makeJob(), makeJob(), makeJob()];
        const submitted = await store.submit(wanted, NOON);
        expect(ids(submitted.map(({ job }) => job))).toEqual(ids(wanted));
        const numbers = submitted.map(({ job }) => job.seq);
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        expect(new Set(numbers).size).toBe(3);
      });

      test('never gives a number twice, even when the newest job was forgotten', async () => {
        const { id, seq } = await submit();
        await store.cancel(id, NOON);
        await store.remove(id);
        expect((await submit()).seq).toBeGreaterThan(seq);
      });

      test('names the first job when an idempotency key comes again', async () => {
        const idempotency = { key: 'k', fingerprint: 'f' };
        const first = await submit({ idempotency });
        const [again] = await store.submit([makeJob({ idempotency })], NOON + 1);
        expect(again).toEqual({ existing: true, job: first });
        expect(await store.list({ limit: 9 })).toHaveLength(1);
      });

      test('sees a key twice within one call', async () => {
        const idempotency = { key: 'k', fingerprint: 'f' };
        const submitted = await store.submit([makeJob({ idempotency }), makeJob({ idempotency })], NOON);
        expect(submitted.map(({ existing }) => existing)).toEqual([false, true]);
      });

      test('refuses a key with another fingerprint, and every job beside it', async () => {
        await submit({ idempotency: { key: 'k', fingerprint: 'f' } });
        const jobs = [makeJob(), makeJob({ idempotency: { key: 'k', fingerprint: 'g' } }), makeJob()];
        await expect(store.submit(jobs, NOON)).rejects.toMatchObject({ code: 'idempotency_mismatch' });
        expect(await store.list({ limit: 9 })).toHaveLength(1);
      });

      test('a refused submit does not undo those sent in the same moment', async () => {
        await submit({ idempotency: { key: 'k', fingerprint: 'f' } });
        const good = [makeJob(), makeJob()];
        const settled = await Promise.allSettled([
          store.submit([good[0]!], NOON),
          store.submit([makeJob({ idempotency: { key: 'k', fingerprint: 'g' } })], NOON),
          store.submit([good[1]!], NOON),
        ]);
        expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        for (const { id } of good) expect(await store.get(id)).toBeDefined();
      });

      test('a key is free again when its job was forgotten', async () => {
        const idempotency = { key: 'k', fingerprint: 'f' };
        const { id } = await submit({ idempotency });
        await store.cancel(id, NOON);
        await store.remove(id);
        const [again] = await store.submit([makeJob({ idempotency: { key: 'k', fingerprint: 'g' } })], NOON);
        expect(again!.existing).toBe(false);
      });
    });

    describe('reading', () => {
      test('an unknown id is undefined everywhere', async () => {
        expect(await store.get('nobody')).toBeUndefined();
        expect(await store.getText('nobody')).toBeUndefined();
        expect(await store.getQueuePosition('nobody')).toBeUndefined();
      });

      test('lists newest first, page by page', async () => {
        const all = [await submit(), await submit(), await submit()];
        const first = await store.list({ limit: 2 });
        expect(first).toEqual([all[2], all[1]]);
        expect(await store.list({ limit: 2, beforeSeq: first[1]!.seq })).toEqual([all[0]]);
      });

      test('narrows a list by state, label and age', async () => {
        const old = await submit({ label: 'a' }, NOON - 10);
        const labelled = await submit({ label: 'a' });
        const other = await submit({ label: 'b' });
        await store.cancel(other.id, NOON);
        expect(ids(await store.list({ limit: 9, label: 'a' }))).toEqual([labelled.id, old.id]);
        expect(ids(await store.list({ limit: 9, state: 'cancelled' }))).toEqual([other.id]);
        expect(ids(await store.list({ limit: 9, since: NOON }))).toEqual([other.id, labelled.id]);
        expect(ids(await store.list({ limit: 9, since: NOON, label: 'a', state: 'queued' }))).toEqual([
          labelled.id,
        ]);
      });

      test('counts what waits and what runs', async () => {
        expect(await store.count()).toEqual({
          queued: { interactive: 0, batch: 0 },
          running: 0,
          queuedChars: 0,
        });
        await start({ text: 'running' });
        await submit({ text: 'four' });
        await submit({ text: 'sixsix', class: 'batch' });
        expect(await store.count()).toEqual({
          queued: { interactive: 1, batch: 1 },
          running: 1,
          queuedChars: 10,
        });
      });

      test('a queue position is the place in the order of claiming, within the class', async () => {
        const low = await submit({ priority: -1 });
        const first = await submit();
        const second = await submit();
        const high = await submit({ priority: 100 });
        const batch = await submit({ class: 'batch' });
        const positions = [high, first, second, low, batch].map(({ id }) => store.getQueuePosition(id));
        expect(await Promise.all(positions)).toEqual([1, 2, 3, 4, 1]);
        expect(ids(await claim({ limit: 9 }))).toEqual(ids([high, first, second, low]));
        expect(await store.getQueuePosition(high.id)).toBeUndefined();
      });
    });

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
        expect(await store.get(job.id)).toEqual(running);
      });

      test('nobody gets a job that somebody else got at the same time', async () => {
        await store.submit(
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
        expect(await store.getNextDue(NOON)).toBe(NOON + 100);
        expect(await store.getNextDue(NOON + 100)).toBe(later.notBefore);
        expect(await store.getNextDue(NOON + 200)).toBeUndefined();
        expect(ids(await claim({ now: NOON + 100 }))).toEqual([late.id]);
      });
    });

    describe('running', () => {
      test('progress is kept, also through a release', async () => {
        const job = await start();
        const progress = { doneChars: 5, doneChunks: 1, totalChunks: 3 };
        expect(await store.saveProgress(job, progress)).toBe(true);
        expect(await store.get(job.id)).toEqual({ ...job, progress });
        await store.release(job);
        expect(await store.get(job.id)).toMatchObject({ state: 'queued', progress });
      });

      test('completes once, with its result', async () => {
        const job = await start({ warnings: ['at submit'] });
        const done = makeDone({ warnings: ['at submit', 'emoji skipped'], now: NOON + 9 });
        expect(await store.complete(job, done)).toBe(true);
        const { owner: _, ...kept } = job;
        expect(await store.get(job.id)).toEqual({
          ...kept,
          state: 'completed',
          finishedAt: NOON + 9,
          warnings: done.warnings,
          progress: done.progress,
          result: done.result,
          expiredAt: null,
        });
        expect(await store.complete(job, done)).toBe(false);
        expect(await store.fail(job, { code: 'internal', message: 'late', now: NOON })).toBe(false);
      });

      test('fails with its reason, and keeps its text', async () => {
        const job = await start({ text: 'poison' });
        expect(await store.fail(job, { code: 'engine_crashed', message: 'twice', now: NOON + 1 })).toBe(true);
        expect(await store.get(job.id)).toMatchObject({
          state: 'failed',
          startedAt: NOON,
          finishedAt: NOON + 1,
          error: { code: 'engine_crashed', message: 'twice' },
        });
        expect(await store.getText(job.id)).toBe('poison');
      });

      test('a released job goes before everything else of its class', async () => {
        const job = await start({ priority: -100 });
        await submit({ priority: 100 });
        expect(await store.release(job)).toBe(true);
        expect(await store.getQueuePosition(job.id)).toBe(1);
        expect(await claim()).toEqual([{ ...job, attempt: 2 }]);
      });

      test('crashes are counted, and only for the claim in force', async () => {
        const job = await start();
        expect(await store.recordCrash(job)).toBe(1);
        expect(await store.recordCrash(job)).toBe(2);
        expect(await store.recordCrash({ id: job.id, attempt: 0 })).toBeUndefined();
        expect(await store.get(job.id)).toMatchObject({ crashes: 2 });
      });

      test('a claim that was lost changes nothing', async () => {
        const stale = await start();
        await store.release(stale);
        await claim({ owner: 'other' });
        const before = await store.get(stale.id);
        expect(await store.complete(stale, makeDone())).toBe(false);
        expect(await store.fail(stale, { code: 'internal', message: '', now: NOON })).toBe(false);
        expect(await store.release(stale)).toBe(false);
        expect(await store.saveProgress(stale, { doneChars: 1, doneChunks: 1, totalChunks: 1 })).toBe(false);
        expect(await store.recordCrash(stale)).toBeUndefined();
        expect(await store.get(stale.id)).toEqual(before);
      });

      test('rescue brings back the jobs of every other owner, ahead', async () => {
        const orphan = await start();
        await submit();
        const [mine] = await claim({ owner: 'new' });
        await submit({ priority: 50 });
        expect(await store.rescue('new')).toEqual([orphan.id]);
        expect(await store.getQueuePosition(orphan.id)).toBe(1);
        expect(await store.get(mine!.id)).toEqual(mine);
        expect(await store.complete(orphan, makeDone())).toBe(false);
      });
    });

    describe('cancel and retry', () => {
      test('a queued job is cancelled at once', async () => {
        const job = await submit();
        const cancelled = { ...job, state: 'cancelled', startedAt: null, finishedAt: NOON + 1 };
        expect(await store.cancel(job.id, NOON + 1)).toEqual({
          outcome: 'cancelled',
          was: 'queued',
          job: cancelled,
        });
        expect(await claim()).toEqual([]);
      });

      test('a cancelled running job never becomes completed', async () => {
        const job = await start();
        expect(await store.cancel(job.id, NOON)).toMatchObject({ outcome: 'cancelled', was: 'running' });
        expect(await store.complete(job, makeDone())).toBe(false);
        expect(await store.get(job.id)).toMatchObject({ state: 'cancelled', startedAt: NOON });
      });

      test('what is final stays as it is, and the answer says so', async () => {
        const id = await complete();
        const job = await store.get(id);
        expect(await store.cancel(id, NOON + 1)).toEqual({ outcome: 'already-final', job });
        expect(await store.cancel('nobody', NOON)).toEqual({ outcome: 'unknown' });
        expect(await store.get(id)).toEqual(job);
      });

      test('a retried job waits at its old place with its crashes forgotten', async () => {
        const job = await start();
        await store.recordCrash(job);
        await store.fail(job, { code: 'engine_crashed', message: 'x', now: NOON });
        const younger = await submit();
        const urgent = await submit({ priority: 1 });
        expect(await store.retry(job.id, NOON)).toMatchObject({
          outcome: 'queued',
          job: { state: 'queued', crashes: 0 },
        });
        expect(ids(await claim({ limit: 9 }))).toEqual([urgent.id, job.id, younger.id]);
        expect(await store.complete(job, makeDone())).toBe(false);
      });

      test('only failed and cancelled jobs can be retried', async () => {
        const cancelled = await submit();
        await store.cancel(cancelled.id, NOON);
        expect(await store.retry(cancelled.id, NOON)).toMatchObject({ outcome: 'queued' });
        expect(await store.retry(cancelled.id, NOON)).toMatchObject({ outcome: 'not-retryable' });
        expect(await store.retry('nobody', NOON)).toEqual({ outcome: 'unknown' });
        await claim();
        expect(await store.retry(await complete(), NOON)).toMatchObject({ outcome: 'not-retryable' });
      });
    });

    describe('results', () => {
      test('a lost result is made again, and the job says why', async () => {
        const id = await complete({ warnings: ['one'] });
        expect(await store.listResults()).toEqual([
          { id, result: expect.objectContaining({ format: 'wav' }) },
        ]);
        expect(await store.requeue(id, 'its file was lost')).toBe(true);
        expect(await store.get(id)).toMatchObject({
          state: 'queued',
          warnings: ['one', 'its file was lost'],
          progress: { doneChars: 0, doneChunks: 0, totalChunks: 0 },
        });
        expect(await store.listResults()).toEqual([]);
        expect(await store.requeue(id, 'again')).toBe(false);
      });

      test('a fetched result goes after its time, one never fetched after twice that', async () => {
        const fetched = await complete({ file: 'fetched.wav' });
        const unfetched = await complete({ file: 'unfetched.wav' });
        await store.markFetched(fetched, NOON + 1);
        const expire = (afterMs: number) => store.expire({ ttlMs: 100, now: NOON + afterMs });

        expect(await expire(100)).toEqual({ files: [], removedJobs: [] });
        expect(await expire(101)).toEqual({ files: ['fetched.wav'], removedJobs: [] });
        expect(await store.get(fetched)).toMatchObject({ state: 'completed', expiredAt: NOON + 101 });
        expect(await store.getText(fetched)).toBeUndefined();
        expect(await store.getText(unfetched)).toBeDefined();
        expect(await store.listResults()).toHaveLength(1);
        expect(await store.requeue(fetched, 'too late')).toBe(false);

        expect(await expire(201)).toEqual({ files: ['unfetched.wav'], removedJobs: [] });
        expect(await expire(202)).toEqual({ files: [], removedJobs: [fetched] });
        expect(await expire(401)).toEqual({ files: [], removedJobs: [] });
        expect(await expire(402)).toEqual({ files: [], removedJobs: [unfetched] });
        expect(await store.list({ limit: 9 })).toEqual([]);
      });

      test('failed and cancelled jobs lose their text, then are forgotten; waiting and running ones stay', async () => {
        const failed = await start();
        await store.fail(failed, { code: 'internal', message: 'x', now: NOON });
        const cancelled = await submit();
        await store.cancel(cancelled.id, NOON);
        const running = await start();
        const queued = await submit();
        expect(await store.expire({ ttlMs: 100, now: NOON + 101 })).toEqual({ files: [], removedJobs: [] });
        expect(await store.getText(failed.id)).toBeUndefined();
        expect(await store.retry(cancelled.id, NOON)).toMatchObject({ outcome: 'not-retryable' });
        const { removedJobs } = await store.expire({ ttlMs: 100, now: NOON + 1_000_000 });
        expect(new Set(removedJobs)).toEqual(new Set([failed.id, cancelled.id]));
        expect(ids(await store.list({ limit: 9 }))).toEqual([queued.id, running.id]);
        expect(await store.getText(running.id)).toBeDefined();
      });

      test('only final jobs can be removed; the answer names the file that is left', async () => {
        const id = await complete({ file: 'left.wav' });
        const running = await start();
        expect(await store.remove(id)).toEqual({ removed: true, file: 'left.wav' });
        expect(await store.remove(id)).toEqual({ removed: false, file: null });
        expect(await store.remove(running.id)).toEqual({ removed: false, file: null });
        await store.cancel(running.id, NOON);
        expect(await store.remove(running.id)).toEqual({ removed: true, file: null });
        expect(await store.getText(id)).toBeUndefined();
      });
    });

    test('a clock that jumps back harms nothing', async () => {
      const job = await start();
      expect(await store.complete(job, makeDone({ now: NOON - 5000 }))).toBe(true);
      expect(await store.get(job.id)).toMatchObject({ startedAt: NOON, finishedAt: NOON - 5000 });
      const later = await submit({}, NOON - 9000);
      expect(ids(await store.list({ limit: 9 }))).toEqual([later.id, job.id]);
    });

    test('refuses a result that cannot be, and the job goes on', async () => {
      const job = await start();
      const done = { ...makeDone(), result: makeResult({ sha256: 'short' }) };
      await expect(store.complete(job, done)).rejects.toMatchObject({ name: 'TtsError' });
      expect(await store.get(job.id)).toEqual(job);
    });

    test('says so when it is used after it was closed', async () => {
      await store.close();
      await expect(store.get('x')).rejects.toMatchObject({ code: 'storage_failed' });
    });
  });
}
