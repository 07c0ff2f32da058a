// Everything that changes a job, one function for each arrow of the chart in job.ts. Runs inside a transaction that
// somebody else begins and commits.
import { TtsError } from '../../api/errors.ts';
import type { Job, RunningJob } from './job.ts';
import type { NewRow } from './new-row.ts';
import { parseJob } from './row.ts';
import type { Statements } from './statements.ts';
import type { JobStore } from './store.ts';
import type { Synchronous } from './synchronous.ts';

export type Transitions = Synchronous<
  Pick<
    JobStore,
    | 'claim'
    | 'edit'
    | 'keepNote'
    | 'saveProgress'
    | 'complete'
    | 'fail'
    | 'release'
    | 'recordCrash'
    | 'cancel'
    | 'retry'
    | 'rescue'
    | 'requeue'
    | 'markFetched'
    | 'expire'
    | 'shrink'
    | 'remove'
  >
> & {
  /** Of each the number that it was given, or the job that its key names already. */
  submit(rows: readonly NewRow[], now: number): (number | Job)[];
};

/** A sweep of many jobs is done in parts, so that other writes come in between. */
const SWEEP_ROWS = 500;
/** A hundred thousand that come due at the same moment must not keep the disk from everybody else. */
const ADMITTED_AT_ONCE = 1000;

export function createTransitions(run: Statements): Transitions {
  /** The texts of results that have just expired go with them. */
  function dropResults(expired: unknown[]): string[] {
    return (expired as { seq: number; result_file: string }[]).map(({ seq, result_file }) => {
      run.removeText.run({ seq });
      return result_file;
    });
  }

  /** Until so many bytes less are kept, but a limited number at a time. */
  function expireOldest(
    excessBytes: number,
    { endedBefore, now }: { endedBefore: number; now: number },
  ): string[] {
    if (excessBytes <= 0) return [];
    const oldest = run.listOldestResults.all({ endedBefore, limit: SWEEP_ROWS }) as {
      seq: number;
      bytes: number;
    }[];
    let freed = 0;
    const expired = [];
    for (const { seq, bytes } of oldest) {
      if (freed >= excessBytes) break;
      expired.push(run.expireResult.get({ seq, now }));
      freed += bytes;
    }
    return dropResults(expired);
  }

  return {
    submit(rows, now) {
      return rows.map((row) => findSubmitted(run, row) ?? insert(run, row, now));
    },

    claim({ class: jobClass, owner, limit, newcomerLimit, now }) {
      run.admitDue.run({ now, limit: ADMITTED_AT_ONCE });
      const claimed: RunningJob[] = [];
      while (claimed.length < limit + newcomerLimit) {
        const maxRunning = claimed.length < limit ? Number.MAX_SAFE_INTEGER : 0;
        const row = run.claimNext.get({ class: jobClass, owner, now, maxRunning });
        if (row === undefined) break;
        claimed.push(parseJob(row) as RunningJob);
      }
      return claimed;
    },

    edit(id, change, now) {
      const before = run.get.get({ id });
      if (before === undefined) return { outcome: 'unknown' };
      const was = parseJob(before);
      const row = run.edit.get({
        id,
        priority: change.priority ?? was.priority,
        label: change.label === undefined ? was.label : change.label,
        notBefore: change.notBefore === undefined ? was.notBefore : change.notBefore,
        now,
      });
      return row === undefined
        ? { outcome: 'too-late', job: was }
        : { outcome: 'edited', job: parseJob(row) };
    },

    keepNote(name, value) {
      if (value === null) run.dropNote.run({ name });
      else run.keepNote.run({ name, value });
    },

    saveProgress(claim, progress) {
      return run.saveProgress.run({ ...claim, ...progress }).changes === 1;
    },

    complete(claim, { result, warnings, progress, now }) {
      const done = { ...claim, ...result, ...progress, warnings: JSON.stringify(warnings), now };
      return run.complete.run(done).changes === 1;
    },

    fail(claim, failure) {
      return run.fail.run({ ...claim, ...failure }).changes === 1;
    },

    release(claim) {
      return run.release.run({ ...claim }).changes === 1;
    },

    recordCrash(claim) {
      return (run.recordCrash.get({ ...claim }) as { crashes: number } | undefined)?.crashes;
    },

    cancel(id, now) {
      const before = run.get.get({ id });
      if (before === undefined) return { outcome: 'unknown' };
      const was = parseJob(before);
      if (was.state !== 'queued' && was.state !== 'running') return { outcome: 'already-final', job: was };
      return { outcome: 'cancelled', was: was.state, job: parseJob(run.cancel.get({ id, now })) };
    },

    retry(id) {
      const queued = run.retry.get({ id });
      if (queued !== undefined) return { outcome: 'queued', job: parseJob(queued) };
      const row = run.get.get({ id });
      return row === undefined ? { outcome: 'unknown' } : { outcome: 'not-retryable', job: parseJob(row) };
    },

    rescue(owner) {
      return (run.rescue.all({ owner }) as { id: string }[]).map(({ id }) => id);
    },

    requeue(id, reason) {
      return run.requeue.run({ id, reason }).changes === 1;
    },

    markFetched(id, now) {
      run.markFetched.run({ id, now });
    },

    // Forgetting comes first: a row that expires now is kept as a memory, however long nobody swept.
    expire({ ttlMs, now }) {
      const old = { ttlMs, now, limit: SWEEP_ROWS };
      const forgotten = run.forgetExpired.all(old) as { id: string }[];
      const files = dropResults(run.expireResults.all(old));
      run.expireTexts.run(old);
      return { files, removedJobs: forgotten.map((row) => row.id) };
    },

    shrink({ maxFinalJobs, maxResultBytes, endedBefore, now }) {
      const { jobs, bytes } = run.countFinal.get({}) as { jobs: number; bytes: number };
      const limit = Math.min(jobs - maxFinalJobs, SWEEP_ROWS);
      const forgotten =
        limit > 0
          ? (run.forgetOldest.all({ endedBefore, limit }) as { id: string; file: string | null }[])
          : [];
      const files = expireOldest(bytes - maxResultBytes, { endedBefore, now });
      return {
        files: [...files, ...forgotten.flatMap(({ file }) => file ?? [])],
        removedJobs: forgotten.map(({ id }) => id),
      };
    },

    remove(id) {
      const removed = run.remove.get({ id }) as { file: string | null } | undefined;
      return { removed: removed !== undefined, file: removed?.file ?? null };
    },
  };
}

function findSubmitted(run: Statements, { idempotencyKey, idempotencyFingerprint }: NewRow): Job | undefined {
  if (idempotencyKey === null) return undefined;
  const row = run.findByIdempotencyKey.get({ key: idempotencyKey });
  if (row === undefined) return undefined;
  if ((row as { idempotency_fingerprint: unknown }).idempotency_fingerprint !== idempotencyFingerprint) {
    throw new TtsError(
      'idempotency_mismatch',
      `The idempotency key ${JSON.stringify(idempotencyKey)} was used before for another request. Choose a new key for new work.`,
    );
  }
  return parseJob(row);
}

function insert(run: Statements, { text, ...row }: NewRow, now: number): number {
  const { seq } = run.insertJob.get({ ...row, now }) as { seq: number };
  run.insertText.run({ seq, text });
  return seq;
}
