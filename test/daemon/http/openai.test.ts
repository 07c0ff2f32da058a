// OpenAI's speech routes, in OpenAI's dialect.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { parseWav } from '../../helpers/wav-parse.ts';

let daemon: Daemon;

beforeAll(async () => {
  daemon = await startDaemon({ config: await writeConfig() });
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

/** Room for less than the longest text. */
async function writeConfig(): Promise<string> {
  const path = join(await makeDataDir(), 'config.yaml');
  await writeFile(path, 'job_queue:\n  max_queued_chars: 900000\n');
  return path;
}

function speak(body: object) {
  return daemon.call('POST', '/v1/audio/speech', {
    model: 'tts-1',
    voice: 'alloy',
    response_format: 'wav',
    ...body,
  });
}

test('speaks with the names of OpenAI, and tells whose voice it is', async () => {
  const reply = await speak({ input: 'Hello from a client.', speed: 1.5, instructions: 'Be cheerful.' });
  expect(reply.status).toBe(200);
  expect(reply.headers['content-type']).toBe('audio/wav');
  const job = (await daemon.call('GET', `/v1/jobs/${reply.headers['x-job-id']}`)).json();
  expect(job).toMatchObject({
    model: 'hibari',
    voice: 'heart',
    speed: 1.5,
    class: 'interactive',
  });
  expect(job.warnings).toContain('The voice alloy is spoken by heart here.');
});

test('raw samples are 16 bit at 24 kHz; an object names a voice too', async () => {
  const wav = await speak({ input: 'One, two.', seed: 5 });
  const pcm = await speak({ input: 'One, two.', seed: 5, response_format: 'pcm', voice: { id: 'heart' } });
  expect(pcm.headers['content-type']).toBe('audio/pcm');
  expect(pcm.body.equals(wav.body.subarray(44))).toBe(true);
  // The stream may end before its job's row says so.
  const whole = await waitFor('the result', async () => {
    const reply = await daemon.call('GET', `/tts/${wav.headers['x-job-id']}/result`);
    return reply.status === 200 && reply;
  });
  expect(parseWav(whole.body).samples.length * 2).toBe(pcm.body.length);
});

test('as events: audio in base64, then how much it was', async () => {
  const plain = await speak({ input: 'In pieces.', seed: 6, response_format: 'pcm' });
  const reply = await speak({ input: 'In pieces.', seed: 6, response_format: 'pcm', stream_format: 'sse' });
  expect(reply.headers['content-type']).toBe('text/event-stream');
  const events = reply.body
    .toString()
    .trim()
    .split('\n\n')
    .map(
      (event) => JSON.parse(event.replace(/^data: /, '')) as { type: string; audio?: string; usage?: object },
    );
  const audio = events
    .filter(({ type }) => type === 'speech.audio.delta')
    .map(({ audio }) => Buffer.from(audio!, 'base64'));
  expect(Buffer.concat(audio).equals(plain.body)).toBe(true);
  expect(events.at(-1)).toMatchObject({
    type: 'speech.audio.done',
    usage: { total_tokens: expect.any(Number) },
  });
});

test.each([
  [{ input: '' }, 400, 'input', 'invalid_request'],
  [{ input: 5 }, 400, 'input', 'invalid_request'],
  [{ input: 'Hi', voice: 'nobody' }, 404, null, 'voice_not_found'],
  [{ input: 'Hi', response_format: 'wma' }, 400, 'response_format', 'invalid_request'],
  [{ input: 'Hi', voice: 'nobody+noone' }, 404, null, 'voice_not_found'],
  [{ input: 'Hi', speed: 'fast' }, 400, 'speed', 'invalid_request'],
])('%j is refused in an envelope that SDKs understand', async (body, status, param, code) => {
  const reply = await speak(body);
  expect(reply.status).toBe(status);
  expect(reply.json()).toEqual({
    error: { message: expect.any(String), type: 'invalid_request_error', param, code },
  });
});

test.each([
  ['GET', '/v1/audio/speech', undefined, {}, 404, 'route_not_found'],
  ['DELETE', '/v1/models/tts-1', undefined, {}, 404, 'model_not_found'],
  ['POST', '/v1/audio/transcriptions', {}, {}, 404, 'route_not_found'],
  ['POST', '/v1/audio/speech', '{"input": ', {}, 400, 'invalid_request'],
  ['POST', '/v1/audio/speech', '<speak/>', { 'content-type': 'text/xml' }, 415, 'unsupported_media_type'],
  ['POST', '/v1/audio/speech', `"${'x'.repeat(9_000_000)}"`, {}, 413, 'payload_too_large'],
  ['GET', '/v1/audio/nothing', undefined, {}, 404, 'route_not_found'],
] as const)('%s %s is refused in that envelope too', async (method, path, body, headers, status, code) => {
  const reply = await daemon.call(method, path, body, headers);
  expect([reply.status, reply.json()]).toEqual([
    status,
    { error: { message: expect.any(String), type: 'invalid_request_error', param: null, code } },
  ]);
});

test('a full queue is told so, with the time to wait', async () => {
  const reply = await speak({ input: 'x'.repeat(999_999), voice: 'nova', response_format: 'pcm' });
  expect(reply.status).toBe(429);
  expect(reply.headers['retry-after']).toMatch(/^\d+$/);
  expect(reply.json()).toMatchObject({ error: { type: 'rate_limit_error', code: 'queue_full' } });
});

test('a speed outside 0.25 to 4 is clamped and told; an unknown model is the default one', async () => {
  const reply = await speak({ input: 'Very fast.', speed: 99, model: 'bark-large' });
  expect(reply.status).toBe(200);
  expect(reply.headers['x-tts-adjusted']).toBe('speed_factor=4');
  const job = (await daemon.call('GET', `/v1/jobs/${reply.headers['x-job-id']}`)).json();
  expect(job).toMatchObject({ model: 'hibari', speed: 4 });
});

test('lists models and voices', async () => {
  const models = (await daemon.call('GET', '/v1/models')).json<{
    object: string;
    data: { id: string; object: string }[];
  }>();
  expect(models.object).toBe('list');
  expect(models.data.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['hibari', 'tts-1', 'gpt-4o-mini-tts']),
  );
  expect((await daemon.call('GET', '/v1/models/tts-1')).json()).toMatchObject({
    id: 'tts-1',
    object: 'model',
  });
  expect((await daemon.call('GET', '/v1/models/bark')).json()).toMatchObject({
    error: { code: 'model_not_found' },
  });
  const { voices } = (await daemon.call('GET', '/v1/audio/voices')).json<{
    voices: { id: string; name: string }[];
  }>();
  expect(voices).toEqual(
    expect.arrayContaining([
      { id: 'heart', name: 'Heart' },
      { id: 'alloy', name: 'alloy' },
    ]),
  );
  const legacy = (await daemon.call('GET', '/v1/audio/voices?legacy=true')).json<{ voices: string[] }>();
  expect(legacy.voices).toContain('heart');
});

test('tells clients of Chatterbox-TTS-Server what they ask first', async () => {
  const data = (await daemon.call('GET', '/api/ui/initial-data')).json();
  expect(Object.keys(data).sort()).toEqual(
    ['config', 'initial_gen_result', 'model_info', 'predefined_voices', 'presets', 'reference_files'].sort(),
  );
  const voices = (await daemon.call('GET', '/get_predefined_voices')).json<
    { display_name: string; filename: string }[]
  >();
  expect(voices).toContainEqual(
    expect.objectContaining({ display_name: 'Emily', filename: 'Emily.wav', voice_id: 'heart' }),
  );
  expect(data.predefined_voices).toEqual(voices);
  expect((await daemon.call('GET', '/get_reference_files')).json()).toEqual([]);
  expect((await daemon.call('GET', '/api/model-info')).json()).toMatchObject({
    type: 'hibari',
    device: 'cpu',
    sample_rate: 24_000,
    supported_languages: { en: 'American English' },
  });
});
