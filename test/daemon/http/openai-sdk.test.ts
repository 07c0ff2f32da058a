// The official SDK, pointed at the daemon by its base URL and nothing else.
import OpenAI, { BadRequestError, NotFoundError } from 'openai';
import { Stream } from 'openai/streaming';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Daemon, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { makeProse } from '../../helpers/texts.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { parseWav } from '../../helpers/wav-parse.ts';

let daemon: Daemon;
let client: OpenAI;

beforeAll(async () => {
  daemon = await startDaemon();
  client = new OpenAI({ baseURL: `${daemon.endpoint.http}/v1`, apiKey: 'none', maxRetries: 0 });
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('speech comes as MP3 when no format is named', async () => {
  const reply = await client.audio.speech.create({
    model: 'tts-1',
    voice: 'alloy',
    input: 'Hello from the SDK.',
  });
  expect(reply.headers.get('content-type')).toBe('audio/mpeg');
  const bytes = Buffer.from(await reply.arrayBuffer());
  expect(bytes.length).toBeGreaterThan(4000);
  // The frame sync of MPEG audio: eleven bits of ones.
  expect(bytes.readUInt16BE(0) & 0xffe0).toBe(0xffe0);
});

test('speech comes as WAV, and can be read piece by piece', async () => {
  const reply = await client.audio.speech.create({
    model: 'gpt-4o-mini-tts',
    voice: 'nova',
    input: 'One piece. And another one.',
    response_format: 'wav',
    speed: 1.25,
  });
  const parts: Uint8Array[] = [];
  for await (const part of reply.body as unknown as AsyncIterable<Uint8Array>) parts.push(part);
  const wav = Buffer.concat(parts);
  // The length is open while it streams; a reader that wants it is told by whoever saved the file.
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.writeUInt32LE(wav.length - 44, 40);
  expect(parseWav(wav)).toMatchObject({ sampleRateHz: 24_000, channels: 1 });
});

test('mistakes arrive as the errors of the SDK', async () => {
  const speak = (voice: string, input: string) =>
    client.audio.speech.create({ model: 'tts-1', voice, input });
  await expect(speak('alloy', '')).rejects.toBeInstanceOf(BadRequestError);
  await expect(speak('alloy', '')).rejects.toMatchObject({ param: 'input', code: 'invalid_request' });
  await expect(speak('nobody', 'Hi')).rejects.toBeInstanceOf(NotFoundError);
});

test('speech can be had as events', async () => {
  const reply = await client.audio.speech.create({
    model: 'gpt-4o-mini-tts',
    voice: 'coral',
    input: 'In pieces.',
    response_format: 'pcm',
    stream_format: 'sse',
  });
  const types: string[] = [];
  let audioBytes = 0;
  for await (const event of Stream.fromSSEResponse<{ type: string; audio?: string }>(
    reply,
    new AbortController(),
  )) {
    types.push(event.type);
    audioBytes += Buffer.from(event.audio ?? '', 'base64').length;
  }
  expect(types.at(-1)).toBe('speech.audio.done');
  expect(new Set(types.slice(0, -1))).toEqual(new Set(['speech.audio.delta']));
  expect(audioBytes).toBeGreaterThan(20_000);
});

test('a request that is broken off cancels its job', async () => {
  const breakOff = new AbortController();
  const reply = await client.audio.speech.create(
    { model: 'tts-1', voice: 'onyx', input: makeProse(60_000), response_format: 'pcm' },
    { signal: breakOff.signal },
  );
  const job = reply.headers.get('x-job-id')!;
  breakOff.abort();
  await expect(reply.arrayBuffer()).rejects.toThrow();
  await waitFor('the job to be cancelled', async () => {
    const { state } = (await daemon.call('GET', `/v1/jobs/${job}`)).json<{ state: string }>();
    return state === 'cancelled';
  });
});

test('the models can be listed', async () => {
  const ids: string[] = [];
  for await (const model of client.models.list()) ids.push(model.id);
  expect(ids).toContain('hibari');
});
