// What is known of the jobs of one sequence by what was answered so far, and whether a job as it is found agrees with it.
import assert from 'node:assert/strict';
import type { JobRequest, JobView } from '../../src/api/job.ts';

const PAUSE_WARNING = 'The queue is paused. It goes on with: tts resume';

export interface KnownJob {
  id: string;
  request: JobRequest;
  /** `live`: queued or running when last seen, so it may be completed by now. */
  state: 'live' | 'completed' | 'cancelled' | 'forgotten';
  /** Submitted or tried again while the queue was paused, and not resumed since. */
  isBehindPause: boolean;
  /** Its time is far off. */
  isPostponed: boolean;
}

export interface Model {
  jobs: KnownJob[];
  isPaused: boolean;
}

/** Nobody can have taken it up. */
export function isHeld({ isBehindPause, isPostponed }: KnownJob): boolean {
  return isBehindPause || isPostponed;
}

export function findByKey(model: Model, key: string | undefined): KnownJob | undefined {
  return key === undefined
    ? undefined
    : model.jobs.find((job) => job.request.idempotency_key === key && job.state !== 'forgotten');
}

/** A job may go on as far as its model allows, and no state is ever left but by a retry. */
export function note({ isPaused }: Model, job: KnownJob, view: JobView): void {
  const { request, state } = job;
  assert.equal(view.id, job.id);
  assert.equal(view.text_chars, request.text.length);
  assert.equal(view.format, request.format);
  assert.deepEqual(view.warnings, isPaused && isLive(view) ? [PAUSE_WARNING] : []);
  assert.equal(view.result !== null, view.state === 'completed', `${view.state} and its result`);
  assert.equal(view.finished_at !== null, !isLive(view), `${view.state} and when it ended`);
  assert.notEqual(view.state, 'failed', view.error?.message);
  if (state !== 'live') assert.equal(view.state, state);
  else if (isHeld(job)) assert.equal(view.state, 'queued');
  else assert.notEqual(view.state, 'cancelled', 'nobody cancelled it');
  if (view.state === 'completed') job.state = 'completed';
}

function isLive({ state }: JobView): boolean {
  return state === 'queued' || state === 'running';
}
