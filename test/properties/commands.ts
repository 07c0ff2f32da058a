// What a client may do, each with what must be answered by what the model knows; fast-check makes sequences of them.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JobRequest, JobView } from '../../src/api/job.ts';
import type { CancelReply, EditBody, QueueReply, SubmitReply } from '../../src/api/v1.ts';
import type { Reply } from '../helpers/daemon.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { findByKey, isHeld, type KnownJob, type Model, note } from './model.ts';
import { expectError, expectJson, type Subject } from './subject.ts';

/** A sequence's own, fresh with every run of it, also while it shrinks. */
export interface Real {
  subject: Subject;
  label: string;
}

export type Command = fc.AsyncCommand<Model, Real>;

const FAR_OFF = '2100-01-01T00:00:00Z';

interface Wish {
  text: string;
  format: 'wav' | 'mp3';
  key: string | undefined;
  isLater: boolean;
}

// Few and short: nearly all comes from the chunk cache, so that thousands of sequences take minutes.
const wish: fc.Arbitrary<Wish> = fc.record({
  text: fc.constantFrom('Yes.', 'No, never.', 'One. Two.'),
  format: fc.constantFrom('wav', 'wav', 'wav', 'mp3'),
  key: fc.constantFrom(undefined, undefined, 'a', 'b'),
  isLater: fc.constantFrom(false, false, false, true),
});
const change: fc.Arbitrary<EditBody> = fc.oneof(
  fc.record({ priority: fc.integer({ min: -2, max: 2 }) }),
  fc.record({ not_before: fc.constantFrom(FAR_OFF, null) }),
);
/** Which of the jobs of the sequence, counted round. */
const which = fc.nat({ max: 11 });

export const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 18, arbitrary: wish.map((one) => make(`submit ${show(one)}`, (m, r) => submit(m, r, [one]))) },
  {
    weight: 8,
    arbitrary: fc
      .array(wish, { minLength: 2, maxLength: 4 })
      .map((all) => make(`bulk ${all.map(show).join(', ')}`, (m, r) => submit(m, r, all))),
  },
  {
    weight: 5,
    arbitrary: wish.map((one) => make(`submit twice at once ${show(one)}`, (m, r) => submitTwice(m, r, one))),
  },
  { weight: 12, arbitrary: onJob('cancel', cancel) },
  { weight: 4, arbitrary: onJob('cancel twice at once', cancelTwice) },
  { weight: 10, arbitrary: onJob('retry', retry) },
  { weight: 10, arbitrary: onJob('forget', forget) },
  { weight: 10, arbitrary: onJob('fetch', (model, { subject }, job) => subject.fetch(model, job)) },
  { weight: 8, arbitrary: onJob('wait for', wait) },
  {
    weight: 10,
    arbitrary: fc
      .tuple(which, change)
      .map(([index, body]) =>
        makeOnJob(`edit ${JSON.stringify(body)}`, index, (model, real, job) => edit(model, real, job, body)),
      ),
  },
  { weight: 4, arbitrary: fc.constant(null).map(() => make('pause', pause)) },
  { weight: 5, arbitrary: fc.constant(null).map(() => make('resume', resume)) },
  { weight: 1, arbitrary: fc.constant(null).map(() => make('kill -9 and start', kill)) },
);

function make(
  name: string,
  run: (model: Model, real: Real) => Promise<void>,
  check: (model: Readonly<Model>) => boolean = () => true,
): Command {
  return { check, run, toString: () => name };
}

function makeOnJob(
  name: string,
  index: number,
  run: (model: Model, real: Real, job: KnownJob) => Promise<void>,
): Command {
  return make(
    `${name} #${index}`,
    (model, real) => run(model, real, model.jobs[index % model.jobs.length]!),
    ({ jobs }) => jobs.length > 0,
  );
}

function onJob(
  name: string,
  run: (model: Model, real: Real, job: KnownJob) => Promise<void>,
): fc.Arbitrary<Command> {
  return which.map((index) => makeOnJob(name, index, run));
}

function show({ text, format, key, isLater }: Wish): string {
  return [JSON.stringify(text), format, key === undefined ? '' : `key ${key}`, isLater ? 'later' : '']
    .filter(Boolean)
    .join(' ');
}

function toRequest({ text, format, key, isLater }: Wish, label: string): JobRequest {
  return {
    text,
    format,
    label,
    seed: 7,
    ...(key === undefined ? {} : { idempotency_key: `${label}-${key}` }),
    ...(isLater ? { not_before: FAR_OFF } : {}),
  };
}

function isSame(a: JobRequest, b: JobRequest): boolean {
  return a.text === b.text && a.format === b.format && a.not_before === b.not_before;
}

async function submit(model: Model, { subject, label }: Real, wishes: readonly Wish[]): Promise<void> {
  const requests = wishes.map((one) => toRequest(one, label));
  const reply = await subject.call(
    'POST',
    '/v1/jobs',
    requests.length === 1 ? requests[0] : { jobs: requests },
  );
  acceptReply(model, requests, reply);
}

/** All or none; a key that is known names its job, or refuses another request. */
function acceptReply(model: Model, requests: readonly JobRequest[], reply: Reply): void {
  const inThisOne = new Map<string, JobRequest>();
  for (const request of requests) {
    const key = request.idempotency_key;
    const before = findByKey(model, key)?.request ?? inThisOne.get(key ?? '');
    if (before !== undefined && !isSame(before, request)) {
      expectError(reply, 422, 'idempotency_mismatch');
      return;
    }
    if (key !== undefined) inThisOne.set(key, request);
  }
  const answered = expectJson<SubmitReply>(reply, 200, 201).jobs;
  assert.equal(answered.length, requests.length);
  for (const [index, { job: view, existing }] of answered.entries()) {
    const request = requests[index]!;
    const job = findByKey(model, request.idempotency_key);
    assert.equal(existing, job !== undefined, `existing of job ${index}`);
    note(model, job ?? learn(model, view.id, request), view);
  }
  assert.equal(reply.status, answered.every(({ existing }) => existing) ? 200 : 201);
}

function learn(model: Model, id: string, request: JobRequest): KnownJob {
  assert.ok(!model.jobs.some((job) => job.id === id), `${id} was given out twice`);
  const isPostponed = request.not_before !== undefined;
  const job: KnownJob = { id, request, state: 'live', isBehindPause: model.isPaused, isPostponed };
  model.jobs.push(job);
  return job;
}

/** As a client does that got no answer in time. */
async function submitTwice(model: Model, { subject, label }: Real, one: Wish): Promise<void> {
  const request = toRequest(one, label);
  const replies = await Promise.all([1, 2].map(() => subject.call('POST', '/v1/jobs', request)));
  // The one that made the job may be answered second.
  const isNew = ({ status }: Reply) => status === 201;
  for (const reply of replies.toSorted((a, b) => Number(isNew(b)) - Number(isNew(a))))
    acceptReply(model, [request], reply);
}

async function cancel(model: Model, { subject }: Real, job: KnownJob): Promise<void> {
  acceptCancel(model, job, await subject.call('POST', `/v1/jobs/${job.id}/cancel`));
}

async function cancelTwice(model: Model, { subject }: Real, job: KnownJob): Promise<void> {
  const replies = await Promise.all(
    [1, 2].map(() => subject.call('POST', `/v1/jobs/${job.id}/cancel`, { now: true })),
  );
  const hasCancelled = ({ body }: Reply) => body.includes('"cancelled":true');
  for (const reply of replies.toSorted((a, b) => Number(hasCancelled(b)) - Number(hasCancelled(a))))
    acceptCancel(model, job, reply);
}

function acceptCancel(model: Model, job: KnownJob, reply: Reply): void {
  if (job.state === 'forgotten') {
    expectError(reply, 404, 'job_not_found');
    return;
  }
  const { cancelled, job: view } = expectJson<CancelReply>(reply, 200);
  if (cancelled) {
    assert.equal(job.state, 'live', `a ${job.state} job was cancelled`);
    job.state = 'cancelled';
  } else {
    assert.ok(!isHeld(job) || job.state !== 'live', 'a job that waits can always be cancelled');
    assert.notEqual(view.state, 'queued');
    assert.notEqual(view.state, 'running');
  }
  note(model, job, view);
}

async function retry(model: Model, { subject }: Real, job: KnownJob): Promise<void> {
  const reply = await subject.call('POST', `/v1/jobs/${job.id}/retry`);
  if (job.state === 'forgotten') return expectError(reply, 404, 'job_not_found');
  if (job.state !== 'cancelled') return expectError(reply, 409, 'job_not_retryable');
  Object.assign(job, { state: 'live', isBehindPause: model.isPaused, isPostponed: false });
  note(model, job, expectJson(reply, 200));
}

async function forget(model: Model, { subject }: Real, job: KnownJob): Promise<void> {
  const reply = await subject.call('DELETE', `/v1/jobs/${job.id}`);
  if (job.state === 'forgotten') return expectError(reply, 404, 'job_not_found');
  if (job.state === 'live' && (isHeld(job) || reply.status === 409))
    return expectError(reply, 409, 'job_not_final');
  assert.equal(reply.status, 204, reply.body.toString());
  job.state = 'forgotten';
  await subject.look(model, job);
}

async function wait(model: Model, { subject }: Real, job: KnownJob): Promise<void> {
  if (model.isPaused || job.isPostponed) return void (await subject.look(model, job));
  await waitFor(`job ${job.id} to end`, () => subject.look(model, job), 30_000);
}

async function edit(model: Model, { subject }: Real, job: KnownJob, body: EditBody): Promise<void> {
  const reply = await subject.call('PATCH', `/v1/jobs/${job.id}`, body);
  if (job.state === 'forgotten') return expectError(reply, 404, 'job_not_found');
  const isRefused = job.state !== 'live' || (!isHeld(job) && reply.status === 409);
  if (isRefused) return expectError(reply, 409, 'job_not_queued');
  const view = expectJson<JobView>(reply, 200);
  if (body.not_before !== undefined) {
    job.isPostponed = body.not_before !== null && view.not_before !== null;
    assert.equal(view.not_before === null, body.not_before === null);
  }
  if (body.priority !== undefined) assert.equal(view.priority, body.priority);
  note(model, job, view);
}

async function pause(model: Model, { subject }: Real): Promise<void> {
  const { paused_since } = expectJson<QueueReply>(await subject.call('POST', '/v1/queue/pause'), 200);
  assert.ok(paused_since !== null);
  model.isPaused = true;
}

export async function resume(model: Model, { subject }: Real): Promise<void> {
  // What was taken up by the time of the answer is not held any more.
  model.isPaused = false;
  for (const job of model.jobs) job.isBehindPause = false;
  const { paused_since } = expectJson<QueueReply>(await subject.call('POST', '/v1/queue/resume'), 200);
  assert.equal(paused_since, null);
}

async function kill(model: Model, { subject, label }: Real): Promise<void> {
  await subject.kill();
  const { paused_since } = expectJson<QueueReply>(await subject.call('GET', '/v1/queue'), 200);
  assert.equal(paused_since !== null, model.isPaused, 'paused as before');
  await subject.checkList(label, model);
}
