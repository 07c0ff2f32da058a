// Speaking with the voice of a clip: which routes, what is kept for it, and for how long.
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobView } from '../../../src/api/job.ts';
import type { OpenAiModels } from '../../../src/api/openai.ts';
import type { Voice } from '../../../src/api/voices.ts';
import { CLIP_PATH, putTinyTurbo } from '../../helpers/chatterbox-models.ts';
import { runTts } from '../../helpers/cli.ts';
import { makeToneWav } from '../../helpers/clips.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { makeEpub } from '../../helpers/epub.ts';
import { sendForm } from '../../helpers/form.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { parseWav } from '../../helpers/wav-parse.ts';

const TEXT = 'Home again.';

let daemon: Daemon;
const listClips = () => readdirSync(join(daemon.dataDir, 'voices', 'clips'));
const listHeard = () => readdirSync(join(daemon.dataDir, 'conditioning', 'tiny-turbo'));
const upload = (name: string, file: Buffer = readFileSync(CLIP_PATH)) =>
  sendForm(daemon, '/upload_reference', [{ field: 'files', name, file }]);
const addVoice = async (name: string, file: Buffer = readFileSync(CLIP_PATH)) =>
  (
    await sendForm(daemon, '/v1/voices', [
      { field: 'name', value: name },
      { field: 'file', name: `${name}.wav`, file },
    ])
  ).json<Voice>();
/** The speech at another pitch is another clip. */
const makeOther = (rateHz: number) => {
  const wav = Buffer.from(readFileSync(CLIP_PATH));
  wav.writeUInt32LE(rateHz, 24);
  wav.writeUInt32LE(rateHz * 2, 28);
  return wav;
};
const submit = async (body: object) =>
  (await daemon.call('POST', '/v1/jobs', { text: TEXT, seed: 3, ...body })).json<{
    jobs: { job: JobView }[];
  }>().jobs[0]!.job;
const find = async (id: string) => (await daemon.call('GET', `/v1/jobs/${id}`)).json<JobView>();
const waitForEnd = (id: string) =>
  waitFor('the job to end', async () => {
    const job = await find(id);
    return job.finished_at === null ? undefined : job;
  });
const countMisses = async () =>
  Number(
    /^ttsd_chunk_cache_misses_total\{model="tiny-turbo"\} (\d+)/m.exec(
      (await daemon.call('GET', '/metrics')).body.toString(),
    )?.[1] ?? 0,
  );

beforeAll(async () => {
  const dataDir = await makeDataDir();
  await putTinyTurbo(dataDir);
  daemon = await startDaemon({ dataDir });
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('the model says that it clones and which sounds it makes, to our clients and to those of Chatterbox-TTS-Server', async () => {
  const { data } = (await daemon.call('GET', '/v1/models')).json<OpenAiModels>();
  expect(data.find(({ id }) => id === 'tiny-turbo')).toMatchObject({
    clones: true,
    tags: expect.arrayContaining(['[laugh]', '[clear throat]']),
  });
  expect(data.find(({ id }) => id === 'hibari')).toMatchObject({ clones: false, tags: [] });
  expect((await daemon.call('GET', '/api/model-info')).json()).toMatchObject({
    type: 'hibari',
    supports_paralinguistic_tags: true,
    available_paralinguistic_tags: expect.arrayContaining(['laugh', 'clear throat']),
    turbo_available_in_package: true,
    multilingual_available_in_package: false,
    supported_languages: { en: 'English' },
  });
});

test('clone mode speaks with the clip, whatever voice a client has chosen as well, and twice is made once', async () => {
  await upload('anna.wav');
  const body = {
    text: `${TEXT} [laugh]`,
    voice_mode: 'clone',
    reference_audio_filename: 'anna.wav',
    predefined_voice_id: 'Emily.wav',
    temperature: 0.7,
    exaggeration: 0.6,
    cfg_weight: 3,
    seed: 7,
    language: 'en',
  };
  const first = await daemon.call('POST', '/tts', body);
  expect(first.status).toBe(200);
  expect(parseWav(first.body).samples.length).toBeGreaterThan(2000);
  const job = await find(String(first.headers['x-job-id']));
  expect(job).toMatchObject({ model: 'tiny-turbo', voice: 'anna', seed: 7, language: 'en' });
  expect(job.warnings.join(' ')).toMatch(/no exaggeration.*no cfg_weight/);
  expect(listHeard().length).toBe(1);
  const misses = await countMisses();
  const again = await daemon.call('POST', '/tts', body);
  expect(again.body.equals(first.body)).toBe(true);
  expect(await countMisses()).toBe(misses);
});

test('another clip, another seed and another temperature are other speech', async () => {
  await upload('berta.wav', makeOther(22_050));
  const speak = async (body: object) =>
    (await daemon.call('POST', '/tts', { text: TEXT, voice_mode: 'clone', seed: 7, ...body })).body.toString(
      'base64',
    );
  const heard = await Promise.all([
    speak({ reference_audio_filename: 'anna.wav' }),
    speak({ reference_audio_filename: 'berta.wav' }),
    speak({ reference_audio_filename: 'anna.wav', seed: 8 }),
    speak({ reference_audio_filename: 'anna.wav', temperature: 1.2 }),
  ]);
  expect(new Set(heard).size).toBe(4);
});

test('a voice with a clip is cloned by every route that takes a voice', async () => {
  const voice = await addVoice('Clara', makeOther(23_000));
  expect(voice).toMatchObject({
    kind: 'clip',
    model: 'tiny-turbo',
    cloned_by: 'tiny-turbo',
    clip_note: null,
  });
  const openai = await daemon.call('POST', '/v1/audio/speech', {
    model: 'tts-1',
    input: TEXT,
    voice: 'clara',
    response_format: 'wav',
    seed: 3,
  });
  expect(openai.status).toBe(200);
  const own = await waitForEnd((await submit({ clone: 'Clara', model: 'tiny-turbo', top_p: 7 })).id);
  expect(own).toMatchObject({ state: 'completed', model: 'tiny-turbo', voice: 'clara' });
  expect(own.warnings).toEqual(['top_p 7 is outside 0.05 to 1; 1 was used.']);
  const preview = await daemon.call('GET', '/v1/voices/clara/preview');
  expect(preview.status).toBe(200);
});

test.each<[string, object, number, string, RegExp]>([
  ['an unknown clip', { clone: 'nobody.wav' }, 404, 'reference_not_found', /nobody\.wav/],
  ['a voice without a clip', { clone: 'heart' }, 404, 'reference_not_found', /heart/],
  ['a clip and a voice', { clone: 'anna.wav', voice: 'heart' }, 422, 'invalid_request', /exclude each other/],
  [
    'a model that does not clone',
    { clone: 'anna.wav', model: 'hibari' },
    422,
    'invalid_request',
    /cannot clone/,
  ],
  [
    'a language that it does not read',
    { clone: 'anna.wav', language: 'fr' },
    422,
    'invalid_request',
    /does not speak "fr"/,
  ],
  ['a clip that is too short', { voice: 'brief' }, 400, 'clip_unusable', /needs more than 5 s/],
  ['one in a tag', { clone: 'anna.wav', text: 'Yes. [voice:brief]No.' }, 400, 'clip_unusable', /5 s/],
])('%s is refused when the job comes', async (_what, body, status, code, says) => {
  if (!existsSync(join(daemon.dataDir, 'voices', 'clip-brief.json')))
    expect((await addVoice('brief', makeToneWav({ sec: 5 }))).clip_note).toMatch(/needs more than 5 s/);
  const reply = await daemon.call('POST', '/v1/jobs', { text: TEXT, ...body });
  const { error } = reply.json<{ error: { code: string; message: string } }>();
  expect([reply.status, error.code]).toEqual([status, code]);
  expect(error.message).toMatch(says);
});

test('a clip whose voice is removed stays for as long as a job could be made with it', async () => {
  const { id, clip } = await addVoice('Dora', makeOther(21_000));
  const file = `${clip!.sha256}.wav`;
  await daemon.call('POST', '/v1/queue/pause');
  const job = await submit({ voice: 'Dora' });
  expect((await daemon.call('DELETE', `/v1/voices/${id}`)).status).toBe(204);
  expect(listClips()).toContain(file);
  await daemon.call('POST', '/v1/queue/resume');
  expect(await waitForEnd(job.id)).toMatchObject({ state: 'completed', model: 'tiny-turbo' });
  const redone = await daemon.call('POST', `/v1/jobs/${job.id}/redo`, { chunk: 0, seed: 4 });
  expect(await waitForEnd(redone.json<JobView>().id)).toMatchObject({ state: 'completed' });
  expect(listHeard().some((name) => name.startsWith(clip!.sha256))).toBe(true);
  for (const one of [job.id, redone.json<JobView>().id]) await daemon.call('DELETE', `/v1/jobs/${one}`);
  // Any removal looks for what nobody needs.
  const { id: other } = await addVoice('Passing', makeOther(20_500));
  await daemon.call('DELETE', `/v1/voices/${other}`);
  expect(listClips()).not.toContain(file);
  expect(listHeard().some((name) => name.startsWith(clip!.sha256))).toBe(false);
});

test('a job whose clip is gone from the disk fails with what to do, and is made once it is back', async () => {
  const { clip } = await addVoice('Emma', makeOther(20_000));
  await daemon.call('POST', '/v1/queue/pause');
  const { id } = await submit({ voice: 'Emma' });
  const path = join(daemon.dataDir, 'voices', 'clips', `${clip!.sha256}.wav`);
  renameSync(path, `${path}.away`);
  await daemon.call('POST', '/v1/queue/resume');
  expect((await waitForEnd(id)).error).toMatchObject({
    code: 'clip_unusable',
    message: expect.stringContaining('tts retry'),
  });
  renameSync(`${path}.away`, path);
  await daemon.call('POST', `/v1/jobs/${id}/retry`);
  expect(await waitForEnd(id)).toMatchObject({ state: 'completed' });
});

test('tts say --clone brings a clip once, by its content, and asks for consent where nobody has given it', async () => {
  const tts = (...args: string[]) => runTts(args, { env: daemon.env, cwd: daemon.dataDir });
  const count = async () =>
    (await daemon.call('GET', '/v1/voices')).json<{ voices: Voice[] }>().voices.length;
  writeFileSync(join(daemon.dataDir, 'fay.wav'), makeOther(19_500));
  const silent = await tts('say', '--clone', 'fay.wav', '-o', 'fay-1.wav', TEXT);
  expect(silent).toMatchObject({ code: 2, stderr: expect.stringMatching(/agrees to be cloned.*--consent/) });
  const before = await count();
  const first = await tts(
    'say',
    '--clone',
    'fay.wav',
    '--consent',
    '--licence',
    'CC0-1.0',
    '--seed',
    '3',
    '-o',
    'fay-1.wav',
    TEXT,
  );
  expect(first).toMatchObject({ code: 0, stdout: 'fay-1.wav\n' });
  copyFileSync(join(daemon.dataDir, 'fay.wav'), join(daemon.dataDir, 'same.wav'));
  const second = await tts('say', '--clone', 'same.wav', '--seed', '3', '-o', 'fay-2.wav', TEXT);
  expect(second).toMatchObject({ code: 0 });
  expect(await count()).toBe(before + 1);
  const [one, two] = ['fay-1.wav', 'fay-2.wav'].map((name) => readFileSync(join(daemon.dataDir, name)));
  expect(one!.equals(two!)).toBe(true);
  const shown = await tts('voices', 'show', 'fay');
  expect(shown.stdout).toMatch(
    /cloned by tiny-turbo[\s\S]*licence +CC0-1\.0[\s\S]*consent +of the speaker, recorded/,
  );
  const numbers = ['--top-p', '7', '--min-p', '0.1', '--repetition-penalty', '3'];
  const queued = await tts('enqueue', '--clone', 'fay.wav', '--json', ...numbers, TEXT);
  expect(JSON.parse(queued.stdout)).toMatchObject({
    voice: 'fay',
    model: 'tiny-turbo',
    warnings: [
      expect.stringMatching(/top_p 7 is outside/),
      expect.stringMatching(/no min_p/),
      expect.stringMatching(/repetition_penalty 3 is outside/),
    ],
  });
  writeFileSync(
    join(daemon.dataDir, 'fay.epub'),
    makeEpub({ title: 'Fay', author: '', chapters: [{ title: 'One', body: `<p>${TEXT}</p>` }] }, 3),
  );
  const book = await tts('book', 'fay.epub', '--clone', 'fay.wav', '-o', '{voice}-{n}.wav');
  expect(book).toMatchObject({ code: 0, stdout: 'fay-1.wav\n' });
});

test('a job that clones outlives kill -9 of the daemon, and what was made is not made again', async () => {
  const text = Array.from(
    { length: 4 },
    (_, index) => `Boat number ${index} came home before the rain.`,
  ).join('\n\n');
  const { id } = await submit({ clone: 'anna.wav', text, seed: 5 });
  await waitFor('a chunk to be made', async () => (await find(id)).current_chunk > 1);
  await daemon.stop('SIGKILL');
  daemon = await startDaemon({ dataDir: daemon.dataDir });
  const job = await waitForEnd(id);
  expect(job).toMatchObject({ state: 'completed', model: 'tiny-turbo', error: null });
  expect(await countMisses()).toBeLessThan(job.total_chunks);
});

test('a backup brings the recordings with it that its jobs speak with', async () => {
  await daemon.call('POST', '/v1/queue/pause');
  const { id } = await submit({ clone: 'anna.wav', seed: 9 });
  const file = join(daemon.dataDir, 'jobs.db');
  expect((await runTts(['daemon', 'backup', file], { env: daemon.env })).code).toBe(0);
  await daemon.stop();
  const dataDir = await makeDataDir();
  await putTinyTurbo(dataDir);
  const env = { ...daemon.env, TTSD_DATA_DIR: dataDir, TTS_HOST: '' };
  expect((await runTts(['daemon', 'restore', file], { env })).code).toBe(0);
  daemon = await startDaemon({ dataDir });
  await daemon.call('POST', '/v1/queue/resume');
  expect(await waitForEnd(id)).toMatchObject({ state: 'completed', voice: 'anna' });
  const database = new Database(join(dataDir, 'ttsd.db'), { readonly: true });
  expect(database.prepare(`SELECT name FROM sqlite_schema WHERE name LIKE '%clips%'`).all()).toEqual([]);
  database.close();
});
