// Audio that is heard while it is made, and is the same audio.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Daemon, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { makeProse } from '../../helpers/texts.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const WAV_HEADER_BYTES = 44;

let daemon: Daemon;

beforeAll(async () => {
  daemon = await startDaemon();
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

async function getState(id: string) {
  return (await daemon.call('GET', `/v1/jobs/${id}`)).json<{ state: string; progress: number }>();
}

async function submit(text: string): Promise<string> {
  const reply = await daemon.call('POST', '/v1/jobs', { text, seed: 9 });
  return reply.json<{ jobs: { job: { id: string } }[] }>().jobs[0]!.job.id;
}

async function getResult(id: string): Promise<Buffer> {
  await waitFor(`job ${id} to complete`, async () => (await getState(id)).state === 'completed');
  return (await daemon.call('GET', `/tts/${id}/result`)).body;
}

/** Reads the first bytes of a stream, then hands it over. */
async function openStream(path: string, init?: RequestInit) {
  const reply = await fetch(`${daemon.endpoint.http}${path}`, init);
  expect(reply.status).toBe(200);
  const reader = reply.body!.getReader();
  const first = await reader.read();
  return { reply, reader, first: Buffer.from(first.value!) };
}

async function readRest(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let part = await reader.read(); !part.done; part = await reader.read()) parts.push(part.value);
  return Buffer.concat(parts);
}

test('the first bytes of POST /tts with stream leave long before the work is done, and the whole is the result', async () => {
  const { reply, reader, first } = await openStream('/tts', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: makeProse(2500), stream: true, seed: 4 }),
  });
  const id = reply.headers.get('x-job-id')!;
  const atFirstByte = await getState(id);
  expect(atFirstByte.state).toBe('running');
  expect(atFirstByte.progress).toBeLessThan(50);
  expect(reply.headers.get('content-type')).toBe('audio/wav');
  expect(first.subarray(0, 4).toString()).toBe('RIFF');
  expect(first.readUInt32LE(40)).toBe(0xffffffff);
  const whole = Buffer.concat([first, await readRest(reader)]);
  const result = await getResult(id);
  expect(whole.subarray(WAV_HEADER_BYTES).equals(result.subarray(WAV_HEADER_BYTES))).toBe(true);
});

test('GET /tts-stream takes the fields from the address', async () => {
  const query = new URLSearchParams({
    text: 'From an audio element.',
    predefined_voice_id: 'Emily.wav',
    speed_factor: '1.5',
    seed: '7',
    split_text: 'true',
  });
  const { reply, reader, first } = await openStream(`/tts-stream?${query}`);
  await readRest(reader);
  expect(first.subarray(0, 4).toString()).toBe('RIFF');
  const job = (await daemon.call('GET', `/v1/jobs/${reply.headers.get('x-job-id')}`)).json();
  expect(job).toMatchObject({ speed: 1.5, seed: 7, voice: 'heart' });
});

test('a refusal of GET /tts-stream is an answer, not a broken stream', async () => {
  expect((await daemon.call('GET', '/tts-stream?text=')).status).toBe(422);
  expect((await daemon.call('GET', '/tts-stream?text=Hi&predefined_voice_id=nobody')).status).toBe(404);
  expect((await daemon.call('GET', '/tts-stream?text=Hi&speed_factor=fast')).status).toBe(422);
});

test('many listen to one job, early, late and afterwards, and hear the same', async () => {
  const id = await submit(makeProse(2000));
  const listen = () => daemon.call('GET', `/v1/jobs/${id}/stream`);
  const early = [listen(), listen(), listen()];
  await waitFor('the job to be under way', async () => (await getState(id)).progress > 20);
  const late = listen();
  const result = (await getResult(id)).subarray(WAV_HEADER_BYTES);
  for (const heard of [...(await Promise.all([...early, late])), await listen()]) {
    expect(heard.status).toBe(200);
    expect(heard.body.subarray(WAV_HEADER_BYTES).equals(result)).toBe(true);
  }
});

test('a listener that leaves ends nothing; the client of a synchronous request that leaves ends its job', async () => {
  const id = await submit(makeProse(2000));
  const listener = await openStream(`/v1/jobs/${id}/stream`);
  await listener.reader.cancel();
  await waitFor('the job to go on', async () => (await getState(id)).state === 'completed');

  const { reply, reader } = await openStream('/tts', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: makeProse(60_000), stream: true }),
  });
  await reader.cancel();
  const own = reply.headers.get('x-job-id')!;
  await waitFor('its job to be cancelled', async () => (await getState(own)).state === 'cancelled');
});

test('the stream of a job that is cancelled or unknown says so', async () => {
  const id = await submit(makeProse(60_000));
  expect((await daemon.call('POST', `/v1/jobs/${id}/cancel`)).status).toBe(200);
  const cancelled = await daemon.call('GET', `/v1/jobs/${id}/stream`);
  expect(cancelled.status).toBe(410);
  expect((await daemon.call('GET', '/v1/jobs/nothing-here/stream')).status).toBe(404);
});
