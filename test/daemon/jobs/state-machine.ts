// Random histories of a few jobs against a model of a few lines: whatever comes, in whatever order, a job takes only
// the arrows of the chart, and a lost claim changes nothing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JobState } from '../../../src/api/job.ts';
import type { Job } from '../../../src/daemon/jobs/job.ts';
import type { Claim, JobStore } from '../../../src/daemon/jobs/store.ts';
import { makeDone, makeJob, NOON } from './samples.ts';

const TTL_MS = 100;

interface ModelJob {
  id: string;
  state: JobState;
  attempt: number;
  crashes: number;
  priority: number;
  ahead: boolean;
  finishedAt: number | null;
  expiredAt: number | null;
  hasText: boolean;
}

/** `job` and `attempt` pick among what is there; a younger `age` of a claim is a stale one. */
type Event =
  | { kind: 'submit'; priority: number }
  | { kind: 'claim'; limit: number }
  | { kind: 'complete' | 'fail' | 'release' | 'crash'; job: number; age: number }
  | { kind: 'cancel' | 'retry' | 'requeue' | 'remove'; job: number }
  | { kind: 'rescue' }
  | { kind: 'expire'; afterMs: number };

const job = fc.nat({ max: 5 });
const age = fc.constantFrom(0, 0, 0, 1, 2);
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('submit' as const), priority: fc.integer({ min: -1, max: 1 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('claim' as const), limit: fc.integer({ min: 0, max: 3 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('complete' as const, 'fail', 'release', 'crash'),
      job,
      age,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom('cancel' as const, 'retry', 'requeue', 'remove'), job }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rescue' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('expire' as const), afterMs: fc.constantFrom(0, 150, 250) }),
  },
);

const isLive = ({ state }: ModelJob) => state === 'queued' || state === 'running';

class Model {
  jobs: ModelJob[] = [];
  now = NOON;
  private readonly store: JobStore;

  constructor(store: JobStore) {
    this.store = store;
  }

  async take(next: Event): Promise<void> {
    this.now++;
    const known = 'job' in next ? this.jobs[next.job] : undefined;
    if ('job' in next && known === undefined) return;
    switch (next.kind) {
      case 'submit':
        return this.submit(next.priority);
      case 'claim':
        return this.claim(next.limit);
      case 'rescue':
        return this.rescue();
      case 'expire':
        return this.expire(next.afterMs);
      case 'complete':
      case 'fail':
      case 'release':
      case 'crash':
        return this.write(next.kind, known!, next.age);
      default:
        return this[next.kind](known!);
    }
  }

  async check(): Promise<void> {
    const found = await this.store.list({ limit: 1000 });
    expect(found.map(show).toSorted()).toEqual(this.jobs.map(show).toSorted());
    const count = (state: JobState) => this.jobs.filter((known) => known.state === state).length;
    expect(await this.store.count()).toEqual({
      queued: { interactive: count('queued'), batch: 0 },
      running: count('running'),
      queuedChars: count('queued') * makeJob().text.length,
    });
  }

  /** Leaves the store as empty as it was. */
  async clear(): Promise<void> {
    await Promise.all(this.jobs.map(({ id }) => this.store.cancel(id, this.now)));
    await Promise.all(this.jobs.map(({ id }) => this.store.remove(id)));
  }

  private async submit(priority: number): Promise<void> {
    const made = makeJob({ priority });
    await this.store.submit([made], this.now);
    const { id } = made;
    const fresh = { attempt: 0, crashes: 0, ahead: false, finishedAt: null, expiredAt: null, hasText: true };
    this.jobs.push({ id, priority, state: 'queued', ...fresh });
  }

  private async claim(limit: number): Promise<void> {
    const expected = this.jobs
      .filter(({ state }) => state === 'queued')
      .toSorted((a, b) => Number(b.ahead) - Number(a.ahead) || b.priority - a.priority)
      .slice(0, limit);
    const claimed = await this.store.claim({
      class: 'interactive',
      owner: 'me',
      limit,
      newcomerLimit: 0,
      now: this.now,
    });
    for (const taken of expected) Object.assign(taken, { state: 'running', attempt: taken.attempt + 1 });
    expect(claimed.map(show)).toEqual(expected.map(show));
  }

  private async write(
    kind: 'complete' | 'fail' | 'release' | 'crash',
    known: ModelJob,
    age: number,
  ): Promise<void> {
    const claim: Claim = { id: known.id, attempt: known.attempt - age };
    const isInForce = known.state === 'running' && age === 0;
    const now = this.now;
    if (kind === 'crash') {
      if (isInForce) known.crashes++;
      expect(await this.store.recordCrash(claim)).toBe(isInForce ? known.crashes : undefined);
    } else if (kind === 'complete') {
      if (isInForce) Object.assign(known, { state: 'completed', finishedAt: now });
      expect(await this.store.complete(claim, makeDone({ now }))).toBe(isInForce);
    } else if (kind === 'fail') {
      if (isInForce) Object.assign(known, { state: 'failed', finishedAt: now });
      expect(await this.store.fail(claim, { code: 'synthesis_failed', message: 'x', now })).toBe(isInForce);
    } else {
      if (isInForce) Object.assign(known, { state: 'queued', ahead: true });
      expect(await this.store.release(claim)).toBe(isInForce);
    }
  }

  private async cancel(known: ModelJob): Promise<void> {
    const outcome = isLive(known) ? { outcome: 'cancelled', was: known.state } : { outcome: 'already-final' };
    if (isLive(known)) Object.assign(known, { state: 'cancelled', finishedAt: this.now });
    expect(await this.store.cancel(known.id, this.now)).toMatchObject(outcome);
  }

  private async retry(known: ModelJob): Promise<void> {
    const isRetryable = (known.state === 'failed' || known.state === 'cancelled') && known.hasText;
    if (isRetryable) Object.assign(known, { state: 'queued', ahead: false, crashes: 0, finishedAt: null });
    const outcome = isRetryable ? 'queued' : 'not-retryable';
    expect(await this.store.retry(known.id, this.now)).toMatchObject({ outcome });
  }

  private async requeue(known: ModelJob): Promise<void> {
    const isLost = known.state === 'completed' && known.expiredAt === null;
    if (isLost) Object.assign(known, { state: 'queued', ahead: true, finishedAt: null });
    expect(await this.store.requeue(known.id, 'lost')).toBe(isLost);
  }

  private async remove(known: ModelJob): Promise<void> {
    const removed = !isLive(known);
    if (removed) this.jobs = this.jobs.filter(({ id }) => id !== known.id);
    expect(await this.store.remove(known.id)).toMatchObject({ removed });
  }

  private async rescue(): Promise<void> {
    const orphans = this.jobs.filter(({ state }) => state === 'running');
    for (const orphan of orphans) Object.assign(orphan, { state: 'queued', ahead: true });
    expect(new Set(await this.store.rescue('somebody else'))).toEqual(new Set(orphans.map(({ id }) => id)));
  }

  private async expire(afterMs: number): Promise<void> {
    this.now += afterMs;
    const isOver = (since: number | null, ms: number) => since !== null && since < this.now - ms;
    const forgotten = this.jobs.filter(({ state, finishedAt, expiredAt }) =>
      state === 'completed' ? isOver(expiredAt, 2 * TTL_MS) : isOver(finishedAt, 2 * TTL_MS),
    );
    this.jobs = this.jobs.filter((known) => !forgotten.includes(known));
    for (const known of this.jobs) {
      const isResult = known.state === 'completed';
      if (isResult && known.expiredAt === null && isOver(known.finishedAt, 2 * TTL_MS))
        known.expiredAt = this.now;
      if (isResult ? known.expiredAt !== null : isOver(known.finishedAt, TTL_MS)) known.hasText = false;
    }
    const { removedJobs } = await this.store.expire({ ttlMs: TTL_MS, now: this.now });
    expect(new Set(removedJobs)).toEqual(new Set(forgotten.map(({ id }) => id)));
  }
}

function show(known: ModelJob | Job): string {
  const { id, state, attempt, crashes } = known;
  const finishedAt = 'finishedAt' in known ? known.finishedAt : null;
  const expiredAt = 'expiredAt' in known ? known.expiredAt : null;
  return JSON.stringify({ id, state, attempt, crashes, finishedAt, expiredAt });
}

/** `open` answers an empty store. */
export function describeStateMachine(name: string, open: () => Promise<JobStore>): void {
  describe(`${name} as a state machine`, () => {
    test('random histories follow the model', async () => {
      const store = await open();
      const history = fc.array(event, { maxLength: 40, size: 'max' });
      const property = fc.asyncProperty(history, async (events) => {
        const model = new Model(store);
        try {
          for (const next of events) await model.take(next);
          await model.check();
        } finally {
          await model.clear();
        }
      });
      await fc.assert(property, { numRuns: 300 });
    });
  });
}
