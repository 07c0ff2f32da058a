// Voices under /v1: presets and clips of one's own, changed and removed while jobs use them.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Voice } from '../../../src/api/voices.ts';
import { makeToneWav } from '../../helpers/clips.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { type Part, sendForm } from '../../helpers/form.ts';
import { makeProse } from '../../helpers/texts.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { parseWav } from '../../helpers/wav-parse.ts';

let daemon: Daemon;

beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

const create = (body: object) => daemon.call('POST', '/v1/voices', body);
const clip = (file = makeToneWav({ sec: 0.2 })): Part => ({ field: 'file', name: 'clip.wav', file });
const getCode = (reply: { json: <T>() => T }) => reply.json<{ error: { code: string } }>().error.code;
const submit = async (body: object) =>
  (await daemon.call('POST', '/v1/jobs', { text: 'Hello.', ...body })).json<{
    jobs: { job: { id: string; speed: number } }[];
  }>().jobs[0]!.job;
const waitForJob = (id: string) =>
  waitFor(`job ${id} to end`, async () => {
    const job = (await daemon.call('GET', `/v1/jobs/${id}`)).json<{ state: string; error: unknown }>();
    return ['completed', 'failed', 'cancelled'].includes(job.state) && job;
  });

test('a voice that ships is shown by its id and by any of its names', async () => {
  const { default: standard, voices } = (await daemon.call('GET', '/v1/voices')).json<{
    default: string;
    voices: Voice[];
  }>();
  const heart = voices.find(({ id }) => id === standard)!;
  expect(heart).toMatchObject({
    id: 'heart',
    kind: 'built_in',
    based_on: null,
    clip: null,
    preview_url: '/v1/voices/heart/preview',
  });
  expect((await daemon.call('GET', '/v1/voices/heart')).json()).toEqual(heart);
  expect((await daemon.call('GET', '/v1/voices/HEART.wav')).json()).toEqual(heart);
  expect((await daemon.call('GET', '/v1/voices/nobody')).status).toBe(404);
});

test('a preset speaks at its own pace, unless a job says otherwise', async () => {
  const made = await create({
    name: 'Slow Reader',
    based_on: 'heart',
    description: 'For the late hours.',
    defaults: { speed: 0.5 },
  });
  expect(made.status).toBe(201);
  expect(made.headers.location).toBe('/v1/voices/slow-reader');
  expect(made.json()).toMatchObject({
    id: 'slow-reader',
    kind: 'preset',
    based_on: 'heart',
    defaults: { speed: 0.5 },
  });
  expect((await submit({ voice: 'slow-reader' })).speed).toBe(0.5);
  // By the name a person gave it, too.
  expect((await submit({ voice: 'Slow Reader' })).speed).toBe(0.5);
  expect((await submit({ voice: 'slow-reader', speed: 2 })).speed).toBe(2);
  const openai = await daemon.call('POST', '/v1/audio/speech', {
    input: 'Hello.',
    voice: 'slow-reader',
    response_format: 'wav',
  });
  expect(openai.status).toBe(200);
});

test('a name that clients of other servers send may be taken over', async () => {
  expect((await create({ name: 'alloy', based_on: 'heart', defaults: { speed: 0.8 } })).status).toBe(201);
  expect((await submit({ voice: 'alloy' })).speed).toBe(0.8);
  const { voices } = (await daemon.call('GET', '/v1/audio/voices')).json<{ voices: { id: string }[] }>();
  expect(voices.filter(({ id }) => id === 'alloy').length).toBe(1);
  expect((await daemon.call('DELETE', '/v1/voices/alloy')).status).toBe(204);
  expect((await submit({ voice: 'alloy' })).speed).toBe(1);
});

test('a clip becomes a voice; the fields may come before or after it', async () => {
  const made = await sendForm(daemon, '/v1/voices', [
    { field: 'name', value: 'Ännchen' },
    clip(),
    { field: 'defaults', value: '{"speed": 1.5}' },
  ]);
  expect(made.status).toBe(201);
  expect(made.json()).toMatchObject({
    id: 'annchen',
    name: 'Ännchen',
    kind: 'clip',
    defaults: { speed: 1.5 },
    clip: { original_name: 'clip.wav', duration_sec: 0.2, sample_rate: 24_000 },
  });
});

test.each<[string, () => Promise<{ status: number; json: <T>() => T }>, number, string, RegExp]>([
  ['no name', () => create({ based_on: 'heart' }), 422, 'invalid_request', /name/],
  ['an empty name', () => create({ name: '  ' }), 422, 'invalid_request', /name/],
  ['a name of 101 characters', () => create({ name: 'n'.repeat(101) }), 422, 'invalid_request', /name/],
  ['a name with NUL', () => create({ name: 'a\0b' }), 422, 'invalid_request', /control/],
  ['the name of a voice that ships', () => create({ name: 'Heart' }), 409, 'voice_exists', /heart/],
  [
    'an unknown voice to base it on',
    () => create({ name: 'X', based_on: 'nobody' }),
    404,
    'voice_not_found',
    /based_on/,
  ],
  [
    'an unknown field',
    () => create({ name: 'X', pitch: 2 }),
    422,
    'invalid_request',
    /pitch: is not a known field/,
  ],
  [
    'a speed out of range',
    () => create({ name: 'X', defaults: { speed: 9 } }),
    422,
    'invalid_request',
    /speed/,
  ],
  [
    'a parameter that the model lacks',
    () => create({ name: 'X', defaults: { temperature: 1 } }),
    422,
    'invalid_request',
    /has no temperature/,
  ],
  [
    'a clip that is a text',
    () => sendForm(daemon, '/v1/voices', [clip(Buffer.from('text'))]),
    400,
    'clip_unusable',
    /not audio/,
  ],
  [
    'consent that is no yes or no',
    () => sendForm(daemon, '/v1/voices', [{ field: 'consent', value: 'maybe' }, clip()]),
    422,
    'invalid_request',
    /consent/,
  ],
  [
    'a form without a clip',
    () => sendForm(daemon, '/v1/voices', [{ field: 'name', value: 'X' }]),
    422,
    'invalid_request',
    /file: is missing/,
  ],
  ['two clips', () => sendForm(daemon, '/v1/voices', [clip(), clip()]), 422, 'invalid_request', /twice/],
  [
    'defaults that are not JSON',
    () => sendForm(daemon, '/v1/voices', [{ field: 'defaults', value: 'fast' }, clip()]),
    422,
    'invalid_request',
    /defaults/,
  ],
])('%s is refused, and nothing is kept of it', async (_what, send, status, code, says) => {
  const before = readdirSync(join(daemon.dataDir, 'voices'), { recursive: true }).sort();
  const reply = await send();
  expect([reply.status, getCode(reply)]).toEqual([status, code]);
  expect(reply.json<{ error: { message: string } }>().error.message).toMatch(says);
  expect(readdirSync(join(daemon.dataDir, 'voices'), { recursive: true }).sort()).toEqual(before);
});

test('of a clip of more than two minutes the beginning is kept, and the voice says so', async () => {
  const reply = await sendForm(daemon, '/v1/voices', [
    { field: 'name', value: 'Long' },
    clip(makeToneWav({ sec: 121, rateHz: 8000 })),
  ]);
  expect(reply.status).toBe(201);
  expect(reply.json()).toMatchObject({
    clip: { duration_sec: 120, is_cut: true },
    clip_note: 'Of the file the first 120 s were kept.',
  });
});

test('the consent of the speaker and the licence of a clip are recorded, also afterwards', async () => {
  const made = await sendForm(daemon, '/v1/voices', [
    { field: 'name', value: 'Agreed' },
    { field: 'consent', value: 'true' },
    { field: 'licence', value: 'CC-BY-4.0' },
    clip(),
  ]);
  expect(made.json()).toMatchObject({ licence: 'CC-BY-4.0', consent_at: expect.stringMatching(/^2\d{3}-/) });
  const silent = await sendForm(daemon, '/v1/voices', [{ field: 'name', value: 'Silent' }, clip()]);
  expect(silent.json()).toMatchObject({ licence: null, consent_at: null });
  const changed = await daemon.call('PATCH', '/v1/voices/silent', { consent: true });
  expect(changed.json()).toMatchObject({ name: 'Silent', consent_at: expect.stringMatching(/^2\d{3}-/) });
  const file = JSON.parse(readFileSync(join(daemon.dataDir, 'voices', 'clip-silent.json'), 'utf8'));
  expect(file.consent_at).toBe(changed.json<{ consent_at: string }>().consent_at);
});

test('of twenty at once with the same name one is made', async () => {
  const replies = await Promise.all(Array.from({ length: 20 }, () => create({ name: 'Crowd' })));
  expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
});

test('a voice of one’s own is renamed and keeps its id', async () => {
  await create({ name: 'Before' });
  const changed = await daemon.call('PATCH', '/v1/voices/before', { name: 'After', description: 'Better.' });
  expect(changed.json()).toMatchObject({
    id: 'before',
    name: 'After',
    description: 'Better.',
    based_on: 'heart',
  });
  expect((await daemon.call('GET', '/v1/voices/After')).json()).toMatchObject({ id: 'before' });
  expect(getCode(await daemon.call('PATCH', '/v1/voices/before', { name: 'heart' }))).toBe('voice_exists');
  expect((await daemon.call('PATCH', '/v1/voices/before', { name: 'after' })).status).toBe(200);
  expect(getCode(await daemon.call('PATCH', '/v1/voices/heart', { name: 'Mine' }))).toBe('voice_built_in');
  expect((await daemon.call('PATCH', '/v1/voices/nobody', { name: 'Mine' })).status).toBe(404);
});

test('a voice that ships cannot be removed, nor can the default', async () => {
  expect((await daemon.call('DELETE', '/v1/voices/heart')).status).toBe(409);
  expect(getCode(await daemon.call('DELETE', '/v1/voices/voice.wav'))).toBe('voice_built_in');
  await create({ name: 'Standard' });
  await daemon.call('POST', '/save_settings', { tts_engine: { default_voice_id: 'standard' } });
  expect(getCode(await daemon.call('DELETE', '/v1/voices/standard'))).toBe('voice_in_use');
  await daemon.call('POST', '/reset_settings');
  expect((await daemon.call('DELETE', '/v1/voices/standard')).status).toBe(204);
});

test('jobs that were accepted with a voice are made after it is gone, over a restart too', async () => {
  await sendForm(daemon, '/v1/voices', [
    { field: 'name', value: 'Leaving' },
    clip(makeToneWav({ sec: 0.3 })),
  ]);
  const clips = () => readdirSync(join(daemon.dataDir, 'voices', 'clips')).length;
  const had = clips();
  const book = await submit({ voice: 'leaving', text: makeProse(1500) });
  const { id } = await submit({ voice: 'leaving', text: 'One more thing, before I leave.' });
  expect((await daemon.call('DELETE', '/v1/voices/leaving')).status).toBe(204);
  expect(clips()).toBe(had - 1);
  expect((await daemon.call('GET', '/v1/voices/leaving')).status).toBe(404);
  expect((await daemon.call('POST', '/v1/jobs', { text: 'Hi.', voice: 'leaving' })).status).toBe(404);
  await daemon.stop('SIGKILL');
  daemon = await startDaemon({ dataDir: daemon.dataDir });
  expect(await waitForJob(id)).toMatchObject({ state: 'completed', voice: 'leaving' });
  expect(await waitForJob(book.id)).toMatchObject({ state: 'completed' });
});

test('a preview is a sentence in that voice, made once', async () => {
  await create({ name: 'Fast', defaults: { speed: 2 } });
  const [heart, again, fast] = [
    await daemon.call('GET', '/v1/voices/heart/preview'),
    await daemon.call('GET', '/v1/voices/heart/preview'),
    await daemon.call('GET', '/v1/voices/fast/preview'),
  ];
  const { samples } = parseWav(heart.body);
  expect(samples.length).toBeGreaterThan(24_000);
  expect(parseWav(fast.body).samples.length).toBeLessThan(samples.length * 0.7);
  expect(again.headers['x-job-id']).toBe(heart.headers['x-job-id']);
  expect(again.body.equals(heart.body)).toBe(true);
  expect(
    (
      await daemon.call('GET', '/v1/voices/heart/preview', undefined, {
        'if-none-match': String(heart.headers.etag),
      })
    ).status,
  ).toBe(304);
  const mp3 = await daemon.call('GET', '/v1/voices/heart/preview?format=mp3');
  expect(mp3.headers['content-type']).toBe('audio/mpeg');
  // Changed, it is another sound; forgotten, it is made again.
  await daemon.call('PATCH', '/v1/voices/fast', { defaults: { speed: 1 } });
  expect((await daemon.call('GET', '/v1/voices/fast/preview')).headers.etag).toBe(heart.headers.etag);
  await daemon.call('DELETE', `/v1/jobs/${heart.headers['x-job-id']}`);
  expect((await daemon.call('GET', '/v1/voices/heart/preview')).body.equals(heart.body)).toBe(true);
  expect((await daemon.call('GET', '/v1/voices/nobody/preview')).status).toBe(404);
  expect((await daemon.call('GET', '/v1/voices/heart/preview?format=wma')).status).toBe(422);
});

test('a voice file that is put there by hand is found without a restart; one that is none hurts nobody', async () => {
  const dir = join(daemon.dataDir, 'voices');
  mkdirSync(dir, { recursive: true });
  const voice = {
    id: 'by-hand',
    name: 'By Hand',
    kind: 'preset',
    based_on: 'heart',
    description: '',
    file_name: null,
    clip: null,
    defaults: { speed: 0.9 },
    created_at: '2026-11-01T10:00:00.000Z',
  };
  writeFileSync(join(dir, 'broken.json'), '{"id": ');
  writeFileSync(join(dir, 'odd.json'), '{"id": "../../odd"}');
  writeFileSync(join(dir, 'mine.json'), JSON.stringify(voice));
  expect((await daemon.call('GET', '/v1/voices/by-hand')).json()).toMatchObject({
    name: 'By Hand',
    defaults: { speed: 0.9 },
  });
  expect((await daemon.call('GET', '/v1/voices')).status).toBe(200);
  expect((await daemon.call('DELETE', '/v1/voices/by-hand')).status).toBe(204);
  expect(readdirSync(dir)).toEqual(expect.arrayContaining(['broken.json', 'odd.json']));
});

test('beyond a thousand voices of one’s own no more are taken, and the answer says what to do', async () => {
  const crowded = await startDaemon();
  const dir = join(crowded.dataDir, 'voices');
  for (let number = 0; number < 1000; number++) {
    const voice = {
      id: `v${number}`,
      name: `V${number}`,
      kind: 'preset',
      based_on: 'heart',
      description: '',
    };
    const rest = { file_name: null, clip: null, defaults: {}, created_at: '2026-11-01T10:00:00.000Z' };
    writeFileSync(join(dir, `${number}.json`), JSON.stringify({ ...voice, ...rest }));
  }
  const full = await crowded.call('POST', '/v1/voices', { name: 'One more' });
  expect([full.status, getCode(full)]).toEqual([507, 'voices_full']);
  const upload = await sendForm(crowded, '/upload_reference', [{ ...clip(), field: 'files' } as Part]);
  expect(getCode(upload)).toBe('voices_full');
  expect(readdirSync(join(dir, 'clips'))).toEqual([]);
  expect((await crowded.call('DELETE', '/v1/voices/v7')).status).toBe(204);
  expect((await crowded.call('POST', '/v1/voices', { name: 'One more' })).status).toBe(201);
  await crowded.stop();
});
