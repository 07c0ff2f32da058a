// A job in its parts: text, chunks with their outline, and its sound in another format.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChunksReply } from '../../../src/api/v1.ts';
import { PEAKS_PER_SEC } from '../../../src/engine/audio/peaks.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { parseWav } from '../../helpers/wav-parse.ts';

const TEXT = '[pause:250ms] One is the first. [pause:1s] And two is the second, which is longer than that.';
let daemon: Daemon;
let id: string;

beforeAll(async () => {
  daemon = await startDaemon();
  const reply = await daemon.call('POST', '/tts', { text: TEXT, output_format: 'mp3', chunk_size: 50 });
  expect(reply.status).toBe(200);
  id = String(reply.headers['x-job-id']);
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('the text comes back as it was sent', async () => {
  expect((await daemon.call('GET', `/v1/jobs/${id}/text`)).json()).toEqual({ text: TEXT });
});

test('chunks and pauses add up to the whole sound, and each has its outline', async () => {
  const { total_chunks, chunks } = (await daemon.call('GET', `/v1/jobs/${id}/chunks`)).json<ChunksReply>();
  expect(chunks).toHaveLength(total_chunks);
  expect(TEXT.slice(chunks[0]!.start, chunks[0]!.end)).toBe('One is the first.');
  expect(chunks[0]!.lead_sec).toBe(0.25);
  expect(chunks[0]!.pause_sec).toBe(1);
  const sum = chunks.reduce((sec, chunk) => sec + chunk.lead_sec + chunk.audio_sec! + chunk.pause_sec!, 0);
  const { result } = (await daemon.call('GET', `/v1/jobs/${id}`)).json<{ result: { audio_sec: number } }>();
  expect(sum).toBeCloseTo(result.audio_sec, 2);
  for (const { peaks, audio_sec } of chunks) {
    expect(peaks).toHaveLength(Math.ceil(audio_sec! * PEAKS_PER_SEC));
    expect(Math.max(...peaks!)).toBeGreaterThan(20);
  }
  const second = (await daemon.call('GET', `/v1/jobs/${id}/chunks?from=1&limit=1`)).json<ChunksReply>();
  expect(second.chunks).toEqual([chunks[1]]);
});

test('a chunk says when each of its sentences begins', async () => {
  const text = 'Go. She said: “Come in!” [pause:1s] Then they all sat down at the long table.';
  const reply = await daemon.call('POST', '/tts', { text, output_format: 'mp3', chunk_size: 120 });
  const { chunks } = (
    await daemon.call('GET', `/v1/jobs/${reply.headers['x-job-id']}/chunks`)
  ).json<ChunksReply>();
  const sentences = chunks.map((chunk) => chunk.sentences!.map(({ start, end }) => text.slice(start, end)));
  expect(sentences).toEqual([['Go.', 'She said: “Come in!”'], ['Then they all sat down at the long table.']]);
  const [first, second] = chunks[0]!.sentences!;
  expect(first!.at_sec).toBeLessThan(0.5);
  expect(second!.at_sec).toBeGreaterThan(first!.at_sec + 0.2);
  expect(second!.at_sec).toBeLessThan(chunks[0]!.audio_sec!);
});

test('chunks that are not made yet have a place and no sound', async () => {
  const waiting = (
    await daemon.call('POST', '/v1/jobs', { text: 'Later.', not_before: '2099-01-01T00:00:00Z' })
  ).json<{ jobs: { job: { id: string } }[] }>().jobs[0]!.job.id;
  expect((await daemon.call('GET', `/v1/jobs/${waiting}/chunks`)).json()).toEqual({
    total_chunks: 0,
    chunks: [],
  });
});

test('a finished job can be saved in another format, whose header says how long it is', async () => {
  const reply = await daemon.call('GET', `/v1/jobs/${id}/stream?format=wav&download=true`);
  expect(reply.headers['content-type']).toBe('audio/wav');
  expect(reply.headers['content-disposition']).toBe(`attachment; filename="tts_job_${id}.wav"`);
  const { result } = (await daemon.call('GET', `/v1/jobs/${id}`)).json<{ result: { audio_sec: number } }>();
  const { samples, sampleRateHz } = parseWav(reply.body);
  expect(samples.length / sampleRateHz).toBeCloseTo(result.audio_sec, 2);
});

test('a format that does not exist is refused by name', async () => {
  const reply = await daemon.call('GET', `/v1/jobs/${id}/stream?format=ogg`);
  expect(reply.status).toBe(422);
  expect(reply.body.toString()).toContain('format: must be one of');
});

test('HEAD says how long the result is, and sends none of it', async () => {
  const whole = await daemon.call('GET', `/tts/${id}/result`);
  const head = await daemon.call('HEAD', `/tts/${id}/result`);
  expect(head.status).toBe(200);
  expect(head.headers['content-length']).toBe(String(whole.body.length));
  expect(head.body).toHaveLength(0);
});

test('a path that leads out of the page’s files is told like any that is not there', async () => {
  const reply = await daemon.call('GET', '/assets/..%2f..%2fpackage.json');
  expect(reply.status).toBe(404);
  expect(reply.json<{ error: { code: string } }>().error.code).toBe('route_not_found');
});
