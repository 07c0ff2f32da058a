// One sentence said anew: a new job, in which all others are the same samples as before.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobView } from '../../../src/api/job.ts';
import type { ChunksReply } from '../../../src/api/v1.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { parseWav } from '../../helpers/wav-parse.ts';

const TEXT =
  'The first sentence is long enough to be a chunk. The second one is what is to be said anew. The third one stays as it was, too.';
let daemon: Daemon;
let id: string;

beforeAll(async () => {
  daemon = await startDaemon();
  const body = { text: TEXT, output_format: 'wav', chunk_size: 50, seed: 5 };
  id = String((await daemon.call('POST', '/tts', body)).headers['x-job-id']);
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

async function redo(of: string, body: object): Promise<JobView> {
  const reply = await daemon.call('POST', `/v1/jobs/${of}/redo`, body);
  expect(reply.status).toBe(201);
  return waitFor('the new job to end', async () => {
    const job = (await daemon.call('GET', `/v1/jobs/${reply.json<JobView>().id}`)).json<JobView>();
    return job.state === 'completed' && job;
  });
}

/** The samples of each chunk. */
async function readChunks(of: string): Promise<string[]> {
  const { chunks } = (await daemon.call('GET', `/v1/jobs/${of}/chunks`)).json<ChunksReply>();
  const { samples, sampleRateHz } = parseWav((await daemon.call('GET', `/tts/${of}/result`)).body);
  let atSec = 0;
  return chunks.map(({ lead_sec, audio_sec, pause_sec }) => {
    const start = Math.round((atSec + lead_sec) * sampleRateHz);
    const end = start + Math.round(audio_sec! * sampleRateHz);
    atSec += lead_sec + audio_sec! + pause_sec!;
    return samples.slice(start, end).join();
  });
}

async function countMade(): Promise<number> {
  const { body } = await daemon.call('GET', '/metrics');
  return Number(/^ttsd_chunk_cache_misses_total\S* (\d+)/m.exec(body.toString())?.[1] ?? Number.NaN);
}

test('with another seed or voice that chunk alone is made and differs', async () => {
  const before = await readChunks(id);
  expect(before).toHaveLength(3);
  const made = await countMade();
  const again = await redo(id, { chunk: 1, seed: 99 });
  const second = await readChunks(again.id);
  expect(second.map((chunk, index) => chunk === before[index])).toEqual([true, false, true]);
  const other = await redo(again.id, { chunk: 2, voice: 'theo' });
  const third = await readChunks(other.id);
  // What was said anew before stays so.
  expect(third.map((chunk, index) => chunk === second[index])).toEqual([true, true, false]);
  expect((await countMade()) - made).toBe(2);
  expect(other.voice).toBe(again.voice);
});

test.each([
  [{ chunk: 3 }, 422, 'chunk'],
  [{ chunk: -1 }, 422, 'chunk'],
  [{ seed: 4 }, 422, 'chunk'],
  [{ chunk: 0, voice: 'nobody' }, 404, 'nobody'],
  [{ chunk: 0, text: 'Other words.' }, 422, 'text'],
])('%j is refused', async (body, status, word) => {
  const reply = await daemon.call('POST', `/v1/jobs/${id}/redo`, body);
  expect(reply.status).toBe(status);
  expect(reply.body.toString()).toContain(word);
});

test('a job that has not ended cannot be said anew', async () => {
  const later = { text: 'Later.', not_before: '2099-01-01T00:00:00Z' };
  const { jobs } = (await daemon.call('POST', '/v1/jobs', later)).json<{ jobs: { job: JobView }[] }>();
  const reply = await daemon.call('POST', `/v1/jobs/${jobs[0]!.job.id}/redo`, { chunk: 0 });
  expect(reply.status).toBe(409);
  expect((await daemon.call('POST', '/v1/jobs/ffffffff/redo', { chunk: 0 })).status).toBe(404);
});

test('jobs that somebody waits for begin with a short chunk, others do not', async () => {
  const text = 'When the evening came, the old lighthouse keeper climbed the stairs and lit the lamp.';
  const jobs = [
    { text, class: 'interactive' },
    { text, class: 'batch' },
  ];
  const submitted = (await daemon.call('POST', '/v1/jobs', { jobs })).json<{ jobs: { job: JobView }[] }>();
  const [listened, batch] = await Promise.all(
    submitted.jobs.map(({ job }) =>
      waitFor('the job to end', async () => {
        const { state } = (await daemon.call('GET', `/v1/jobs/${job.id}`)).json<JobView>();
        if (state !== 'completed') return undefined;
        return (await daemon.call('GET', `/v1/jobs/${job.id}/chunks`)).json<ChunksReply>();
      }),
    ),
  );
  expect(batch!.chunks).toHaveLength(1);
  expect(listened!.chunks[0]!.end).toBeLessThan(batch!.chunks[0]!.end / 2);
});

test('settings say what they take', async () => {
  const { settings } = (await daemon.call('GET', '/v1/settings')).json<{ settings: { name: string }[] }>();
  expect(settings.find(({ name }) => name === 'generation_defaults.chunk_size')).toEqual({
    name: 'generation_defaults.chunk_size',
    kind: 'integer',
    value: 120,
    default: 120,
    minimum: 50,
    above: null,
    maximum: 1000,
    choices: [],
    needs_restart: false,
    is_overridden: false,
  });
  expect(settings.map(({ name }) => name)).not.toContain('server.allowed_hosts');
});
