// Settings over HTTP: what the page of Chatterbox-TTS-Server saves, what is refused, and what a restart finds; the model unloaded and loaded.
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { findHostPid, lookForHost } from '../../helpers/engine-host.ts';
import { makeProse } from '../../helpers/texts.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { parseWav } from '../../helpers/wav-parse.ts';

const FILE = `# What I like
generation_defaults:
  speed_factor: 1 # as it is
server:
  allowed_origins: [https://example.org]
`;

interface Outcome {
  message: string;
  restart_needed: boolean;
  ignored: string[];
  overridden: string[];
  error?: { code: string; message: string };
}

let daemon: Daemon;
let config: string;

beforeAll(async () => {
  const dataDir = await makeDataDir();
  config = join(dataDir, 'config.yaml');
  writeFileSync(config, FILE, { mode: 0o640 });
  chmodSync(config, 0o640);
  daemon = await startDaemon({ dataDir, config });
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

async function save(body: unknown): Promise<Outcome & { status: number }> {
  const reply = await daemon.call('POST', '/save_settings', body);
  return { status: reply.status, ...reply.json<Outcome>() };
}

const getInitialData = async () =>
  (await daemon.call('GET', '/api/ui/initial-data')).json<{
    config: Record<string, Record<string, unknown>>;
    presets: { name: string; text: string; params: Record<string, unknown> }[];
  }>();
const readFile = () => readFileSync(config, 'utf8');

test('generation defaults count for the next job at once, and the file keeps its comments', async () => {
  const genDefaults = {
    temperature: 0.7,
    exaggeration: 0.5,
    cfg_weight: 0.5,
    speed_factor: 2,
    seed: 42,
    language: 'en',
  };
  expect(await save({ generation_defaults: genDefaults })).toMatchObject({
    status: 200,
    message: 'Settings saved.',
    restart_needed: false,
  });
  const { jobs } = (await daemon.call('POST', '/v1/jobs', { text: 'Hello.' })).json<{
    jobs: { job: object }[];
  }>();
  expect(jobs[0]!.job).toMatchObject({ speed: 2, seed: 42 });
  expect(readFile()).toBe(
    FILE.replace('speed_factor: 1 #', 'speed_factor: 2 #').replace(
      'server:',
      '  temperature: 0.7\n  seed: 42\nserver:',
    ),
  );
  expect(statSync(config).mode & 0o777).toBe(0o640);
  expect((await getInitialData()).config.generation_defaults).toMatchObject(genDefaults);
});

test('what a page remembers of itself comes back to it, and is not in the file', async () => {
  const before = readFile();
  const ui_state = {
    last_text: 'Größe 🌞',
    last_voice_mode: 'clone',
    last_preset_name: null,
    last_seed: 3,
    theme: 'light',
  };
  expect(await save({ ui_state })).toMatchObject({ status: 200, restart_needed: false, ignored: [] });
  expect((await getInitialData()).config.ui_state).toMatchObject({ ...ui_state, last_chunk_size: 120 });
  expect(readFile()).toBe(before);
});

test('the whole form of that server’s page is taken; what means nothing here is named', async () => {
  const { tts_engine, audio_output } = (await getInitialData()).config;
  const form = {
    tts_engine: {
      default_voice_id: 'Emily.wav',
      predefined_voices_path: tts_engine!.predefined_voices_path,
      reference_audio_path: tts_engine!.reference_audio_path,
    },
    audio_output: { format: 'mp3', sample_rate: audio_output!.sample_rate },
    paths: { model_cache: './model_cache', output: './outputs' },
    debug: { save_intermediate_audio: false },
    model: { repo_id: 'hibari' },
  };
  const outcome = await save(form);
  expect(outcome).toMatchObject({ status: 200, restart_needed: false });
  expect(outcome.ignored).toEqual([
    'tts_engine.predefined_voices_path',
    'tts_engine.reference_audio_path',
    'audio_output.sample_rate',
    'paths.model_cache',
    'paths.output',
    'debug.save_intermediate_audio',
    'model.repo_id',
  ]);
  expect(outcome.message).toContain('audio_output.sample_rate');
  const reply = await daemon.call('POST', '/tts', { text: 'Hello.' });
  expect(reply.headers['content-type']).toBe('audio/mpeg');
  expect(readFile()).not.toContain('sample_rate');
});

test('what only counts after a restart says so, until it is as it was', async () => {
  const saved = await save({ job_queue: { max_retries: 3 } });
  expect(saved).toMatchObject({ status: 200, restart_needed: true });
  expect(saved.message).toContain('job_queue.max_retries');
  expect((await save({ ui_state: { theme: 'dark' } })).restart_needed).toBe(true);
  expect(await save({ job_queue: { max_retries: 0 } })).toMatchObject({ restart_needed: false });
});

test('a key that the environment decides is saved, and the answer says that it does not count', async () => {
  const saved = await save({ server: { port: 8010 } });
  expect(saved).toMatchObject({ status: 200, restart_needed: false, overridden: ['server.port'] });
  expect(saved.message).toMatch(/environment or a flag.*server\.port/);
});

test.each<[string, unknown, RegExp]>([
  ['an unknown section', { sever: { port: 1 } }, /unknown key sever. Did you mean server\?/],
  [
    'an unknown key',
    { generation_defaults: { sped_factor: 1 } },
    /generation_defaults\.sped_factor.*speed_factor/,
  ],
  ['a wrong type', { generation_defaults: { seed: 'seven' } }, /generation_defaults\.seed.*"seven"/],
  ['a number out of range', { generation_defaults: { chunk_size: 3 } }, /generation_defaults\.chunk_size.*3/],
  [
    'NaN, which JSON makes null',
    { generation_defaults: { temperature: null } },
    /generation_defaults\.temperature.*null/,
  ],
  ['an unknown format', { audio_output: { format: 'wma' } }, /audio_output\.format.*wma/],
  ['an unknown voice', { tts_engine: { default_voice_id: 'nobody' } }, /default_voice_id.*nobody/],
  ['an unknown model', { model: { repo_id: 'chatterbox-turbo' } }, /model\.repo_id.*known: hibari/],
  ['a section that is none', { generation_defaults: 7 }, /generation_defaults must be a section/],
  ['a list', [], /object with sections/],
  ['nothing', undefined, /object with sections/],
  [
    'a prototype',
    JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"a": 1}}'),
    /__proto__(.|\n)*constructor/,
  ],
  ['an object in the page’s state', { ui_state: { last_text: { a: 1 } } }, /ui_state\.last_text/],
  ['an address for everybody', { server: { host: '0.0.0.0' } }, /server\.host 0\.0\.0\.0/],
  [
    'who may connect',
    { server: { allowed_hosts: ['evil.example'] } },
    /server\.allowed_hosts is only taken from/,
  ],
  [
    'an open door',
    { server: { allow_remote_without_key: true, host: '0.0.0.0' } },
    /allow_remote_without_key is only taken from/,
  ],
  ['one wrong among right ones', { generation_defaults: { seed: 9, speed_factor: 99 } }, /speed_factor/],
])('%s is a 400 that names it, and nothing is saved', async (_what, body, says) => {
  const before = [readFile(), (await getInitialData()).config];
  const outcome = await save(body);
  expect([outcome.status, outcome.error?.code]).toEqual([400, 'settings_invalid']);
  expect(outcome.error?.message).toMatch(says);
  expect([readFile(), (await getInitialData()).config]).toEqual(before);
});

test('a file that its owner is just breaking is left as it is', async () => {
  const before = readFile();
  writeFileSync(config, `${before}generation_defaults: [`);
  const outcome = await save({ generation_defaults: { seed: 5 } });
  expect(outcome).toMatchObject({ status: 400, error: { message: expect.stringContaining('not in order') } });
  expect(readFile()).toBe(`${before}generation_defaults: [`);
  writeFileSync(config, before);
});

test('many saves at once all arrive', async () => {
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      save(
        index % 2 === 0
          ? { ui_state: { [`key_${index}`]: index } }
          : { job_queue: { drain_sec: 20 + index } },
      ),
    ),
  );
  const { ui_state } = (await getInitialData()).config;
  for (let index = 0; index < 20; index += 2) expect(ui_state![`key_${index}`]).toBe(index);
  expect(readFile()).toMatch(/drain_sec: \d\d/);
});

test('what was saved is there after a kill', async () => {
  const before = (await getInitialData()).config;
  await daemon.stop('SIGKILL');
  daemon = await startDaemon({ dataDir: daemon.dataDir, config });
  expect((await getInitialData()).config).toEqual({ ...before, server: expect.anything() });
});

test('a reset brings the defaults back, keeps who may connect, and leaves a copy of the file', async () => {
  const before = readFile();
  const reply = await daemon.call('POST', '/reset_settings');
  expect(reply.json()).toMatchObject({ message: expect.stringContaining('defaults') });
  const { generation_defaults, audio_output, ui_state } = (await getInitialData()).config;
  expect(generation_defaults).toMatchObject({ speed_factor: 1, seed: 0 });
  expect(audio_output).toMatchObject({ format: 'wav' });
  expect(ui_state).toMatchObject({ last_text: '', theme: 'dark' });
  expect(readFile()).toContain('allowed_origins');
  expect(readFile()).not.toContain('seed');
  expect(readFileSync(`${config}.bak`, 'utf8')).toBe(before);
  await daemon
    .call('POST', '/tts', { text: 'Hello.' })
    .then(({ headers }) => expect(headers['content-type']).toBe('audio/wav'));
});

test('without a file one is made by the first save', async () => {
  const dataDir = await makeDataDir();
  const home = join(dataDir, 'home');
  const fresh = await startDaemon({ dataDir, env: { HOME: home, XDG_CONFIG_HOME: join(home, 'config') } });
  const path = join(home, 'config', 'ttsd', 'config.yaml');
  expect((await fresh.call('POST', '/reset_settings')).status).toBe(200);
  expect((await fresh.call('POST', '/save_settings', { generation_defaults: { seed: 5 } })).status).toBe(200);
  expect(readFileSync(path, 'utf8')).toBe('generation_defaults:\n  seed: 5\n');
  expect(existsSync(`${path}.bak`)).toBe(false);
  await fresh.stop();
});

test('presets have what a page fills its form with', async () => {
  const { presets } = await getInitialData();
  expect(presets.length).toBeGreaterThan(2);
  for (const { name, text, params } of presets) {
    expect(name).not.toBe('');
    expect(text.length).toBeGreaterThan(50);
    expect(params).toMatchObject({ speed_factor: expect.any(Number), seed: 0, language: 'en' });
  }
});

describe('the model', () => {
  const isLoaded = async () =>
    (await daemon.call('GET', '/api/model-info')).json<{ loaded: boolean }>().loaded;

  test('is unloaded and loaded again on demand, and by the next job itself', async () => {
    await daemon.call('POST', '/tts', { text: 'Wake up.' });
    const first = await findHostPid(daemon);
    expect((await daemon.call('POST', '/api/unload')).json()).toEqual({ status: 'unloaded' });
    expect(await isLoaded()).toBe(false);
    await waitFor('the host to be gone', async () => (await lookForHost(daemon)) !== first);
    expect((await daemon.call('POST', '/api/unload')).json()).toEqual({ status: 'unloaded' });
    const restarted = await daemon.call('POST', '/restart_server');
    expect(restarted.json()).toMatchObject({
      message: expect.stringContaining('loaded again'),
      restart_needed: false,
    });
    expect(await isLoaded()).toBe(true);
    await daemon.call('POST', '/api/unload');
    expect((await daemon.call('POST', '/tts', { text: 'And again.' })).status).toBe(200);
  });

  test('is unloaded between two chunks: a book that is just made loses nothing and is blamed for nothing', async () => {
    const submitted = await daemon.call('POST', '/v1/jobs', { text: makeProse(2000), seed: 5 });
    const { id } = submitted.json<{ jobs: { job: { id: string } }[] }>().jobs[0]!.job;
    const view = async () =>
      (await daemon.call('GET', `/v1/jobs/${id}`)).json<{
        state: string;
        progress: number;
        warnings: string[];
      }>();
    const waitForProgress = (least: number) =>
      waitFor(`${least} % of the book`, async () => {
        const { state, progress } = await view();
        expect(state).toMatch(/queued|running/);
        return progress >= least;
      });
    await waitForProgress(5);
    expect((await daemon.call('POST', '/api/unload')).status).toBe(200);
    await waitForProgress(30);
    expect((await daemon.call('POST', '/restart_server')).status).toBe(200);
    const job = await waitFor('the book to be made', async () => {
      const now = await view();
      expect(now.state).not.toBe('failed');
      return now.state === 'completed' && now;
    });
    expect(job.warnings).toEqual([]);
    const { body } = await daemon.call('GET', `/tts/${id}/result`);
    expect(parseWav(body).samples.length).toBeGreaterThan(24_000 * 60);
    expect(readFileSync(join(daemon.dataDir, 'logs', 'ttsd.log'), 'utf8')).not.toContain('engine host died');
  });
});
