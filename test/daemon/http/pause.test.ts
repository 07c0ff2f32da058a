// Holding the queue, moving jobs in it: over HTTP and with tts, on one daemon that is killed and started again.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobView } from '../../../src/api/job.ts';
import type { QueueReply, SubmitReply } from '../../../src/api/v1.ts';
import { parseJobs, runTts } from '../../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { makeProse } from '../../helpers/texts.ts';
import { waitFor } from '../../helpers/wait-for.ts';

let daemon: Daemon;
let dataDir: string;

beforeAll(async () => {
  dataDir = await makeDataDir();
  daemon = await startDaemon({ dataDir });
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

const tts = (...args: string[]) => runTts(args, { env: daemon.env });

async function submit(body: Record<string, unknown>): Promise<JobView> {
  return (await daemon.call('POST', '/v1/jobs', body)).json<SubmitReply>().jobs[0]!.job;
}

async function getJob(id: string): Promise<JobView> {
  return (await daemon.call('GET', `/v1/jobs/${id}`)).json<JobView>();
}

function waitForState(id: string, state: string): Promise<JobView> {
  return waitFor(`job ${id} to be ${state}`, async () => {
    const job = await getJob(id);
    return job.state === state && job;
  });
}

async function getQueue(): Promise<QueueReply> {
  return (await daemon.call('GET', '/v1/queue')).json<QueueReply>();
}

/** Those that are whole. */
function countChunks(): number {
  const names = readdirSync(join(dataDir, 'chunks'), { recursive: true }) as string[];
  return names.filter((name) => name.endsWith('.chunk')).length;
}

test('a paused queue finishes what is in hand, begins nothing, says so, and stays so over a kill -9', async () => {
  const book = await submit({ text: makeProse(30_000) });
  await waitFor('the book to render', async () => (await getJob(book.id)).current_chunk > 2);
  expect(await tts('pause')).toMatchObject({
    code: 0,
    stdout: 'The queue is paused. It goes on with: tts resume\n',
  });
  const queued = await submit({ text: 'I wait in the queue.' });
  const say = await daemon.call('POST', '/tts', { text: 'Nobody shall wait for me.' });
  expect(say.status).toBe(503);
  expect(say.json().error).toMatchObject({ code: 'queue_paused', retryable: true });
  expect(say.headers['retry-after']).toBeDefined();

  const ready = await daemon.call('GET', '/readyz');
  expect(ready.status).toBe(200);
  expect(ready.json()).toEqual({ ready: true, reason: 'The queue is paused. It goes on with: tts resume' });
  expect((await getQueue()).paused_since).toMatch(/^\d{4}-/);
  expect((await tts('status')).stderr).toContain('The queue is paused');

  const still = await getJob(book.id);
  expect(still).toMatchObject({ state: 'running', eta_sec: null });
  expect(still.warnings).toEqual(['The queue is paused. It goes on with: tts resume']);

  await daemon.stop('SIGKILL');
  const made = countChunks();
  daemon = await startDaemon({ dataDir });
  const { paused_since } = await getQueue();
  expect(paused_since).toMatch(/^\d{4}-/);
  expect((await daemon.call('POST', '/v1/queue/pause')).json<QueueReply>().paused_since).toBe(paused_since);
  const after = await getJob(book.id);
  expect(after.state).toBe('queued');
  expect(after.current_chunk).toBeLessThanOrEqual(made);
  expect((await getJob(queued.id)).state).toBe('queued');
  expect(countChunks()).toBe(made);

  expect(await tts('resume')).toMatchObject({ code: 0, stdout: 'The queue goes on.\n' });
  await waitForState(queued.id, 'completed');
  const seen: number[] = [after.progress];
  await waitFor('the book to go on', async () => {
    const { progress, state } = await getJob(book.id);
    seen.push(progress);
    return state === 'running' && progress > after.progress + 5;
  });
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  await daemon.call('POST', `/v1/jobs/${book.id}/cancel`, { now: true });
});

test('a queued job can be moved, named and put off; what is wrong with a change is said', async () => {
  await daemon.call('POST', '/v1/queue/pause');
  const [first, second] = [await submit({ text: 'The first.' }), await submit({ text: 'The second.' })];
  expect((await getJob(second.id)).queue_position).toBe(2);
  const edited = await tts('edit', second.id, '--priority', '7', '--label', 'urgent', '--json');
  expect(edited.code).toBe(0);
  expect(parseJobs(edited.stdout)).toMatchObject([{ priority: 7, label: 'urgent', queue_position: 1 }]);
  expect((await getJob(first.id)).queue_position).toBe(2);

  const later = await daemon.call('PATCH', `/v1/jobs/${second.id}`, { not_before: '2999-01-01T00:00:00Z' });
  expect(later.json()).toMatchObject({
    not_before: '2999-01-01T00:00:00.000Z',
    label: 'urgent',
    priority: 7,
  });
  await daemon.call('POST', '/v1/queue/resume');
  await waitForState(first.id, 'completed');
  expect((await getJob(second.id)).state).toBe('queued');

  const tooLate = await daemon.call('PATCH', `/v1/jobs/${first.id}`, { priority: 1 });
  expect(tooLate.status).toBe(409);
  expect(tooLate.json().error).toMatchObject({ code: 'job_not_queued' });
  expect((await tts('edit', first.id, '--label', 'x')).code).toBe(2);
  for (const change of [{}, { priority: 101 }, { label: '' }, { not_before: 'soon' }, { text: 'no' }])
    expect((await daemon.call('PATCH', `/v1/jobs/${second.id}`, change)).status).toBe(422);
  expect((await daemon.call('PATCH', '/v1/jobs/nothing-here', { priority: 1 })).status).toBe(404);
  expect((await tts('edit', second.id)).code).toBe(2);

  expect((await tts('edit', second.id, '--at', 'now', '--label', '')).code).toBe(0);
  expect(await waitForState(second.id, 'completed')).toMatchObject({ label: null, not_before: null });
});

test('a job of one label does not wait for the many of another', async () => {
  await daemon.call('POST', '/v1/queue/pause');
  const many = Array.from({ length: 200 }, (_, index) => ({
    text: `Number ${index} of very many. ${makeProse(400)}`,
    label: 'many',
  }));
  await daemon.call('POST', '/v1/jobs', { jobs: many });
  const one = await submit({ text: 'The only one of mine.', label: 'mine' });
  expect((await getJob(one.id)).queue_position).toBeLessThanOrEqual(2);
  await daemon.call('POST', '/v1/queue/resume');
  await waitForState(one.id, 'completed');
  const { queued } = await getQueue();
  expect(queued.batch).toBeGreaterThan(100);
  const ids = (await tts('list', '--label', 'many', '--limit', '200', '-q')).stdout.trim().split('\n');
  expect(ids).toHaveLength(200);

  // A storm of cancels, and the daemon answers meanwhile.
  const cancels = ids.map((id) => daemon.call('POST', `/v1/jobs/${id}/cancel`, { now: true }));
  const spoken = await daemon.call('POST', '/tts', { text: 'And I am heard in the storm.' });
  expect(spoken.status).toBe(200);
  for (const reply of await Promise.all(cancels)) expect(reply.status).toBe(200);
  expect(await getQueue()).toMatchObject({ queued: { batch: 0 }, running: 0 });
});
