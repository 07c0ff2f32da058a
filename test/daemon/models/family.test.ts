// The same voices in several models, as Kokoro comes in 8, 16 and 32 bits: the one that was measured to be faster here speaks. And
// models that cannot speak beside those that can.
import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobView } from '../../../src/api/job.ts';
import type { SubmitReply } from '../../../src/api/v1.ts';
import { describeProcessor } from '../../../src/engine/model/processor.ts';
import { runTts } from '../../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { type FileServer, startFileServer } from '../../helpers/file-server.ts';
import { makeKokoro } from '../../helpers/small-kokoro.ts';
import { waitFor } from '../../helpers/wait-for.ts';

const FILES = {
  'model.onnx': Buffer.from(makeKokoro({ ids: 'tokens', audio: 'audio' }).write()),
  'voices/af_wren.bin': Buffer.from(new Float32Array(510 * 256).fill(0.1).buffer),
};
/** No machine is faster or slower than that. */
const FAST = 1e9;
const SLOW = 1e-9;

let server: FileServer;
let daemon: Daemon;

beforeAll(async () => {
  server = await startFileServer();
  const dataDir = await makeDataDir();
  const models = join(dataDir, 'models');
  for (const [id, speaker, times] of [
    ['wren-32', 'af_wren', FAST],
    ['crow', 'af_crow', SLOW],
  ] as const) {
    const dir = join(models, id);
    await put(join(dir, 'manifest.json'), JSON.stringify(describe(id, speaker)));
    await put(join(dir, 'model.onnx'), FILES['model.onnx']);
    await put(join(dir, `voices/${speaker}.bin`), FILES['voices/af_wren.bin']);
    const measured = { timesRealTime: times, processor: describeProcessor() };
    await put(join(dir, 'prepared', 'speed.json'), JSON.stringify(measured));
  }
  // A model may lie elsewhere, such as on a larger disk.
  const elsewhere = join(await makeDataDir(), 'crow');
  await rename(join(models, 'crow'), elsewhere);
  await symlink(elsewhere, join(models, 'crow'));
  const otherInputs = Buffer.from(makeKokoro({ ids: 'letters', audio: 'audio' }).write());
  for (const [id, graph, content] of [
    ['altered', FILES['model.onnx'], Buffer.from(FILES['model.onnx']).fill(0, 500, 501)],
    ['cut', FILES['model.onnx'], FILES['model.onnx'].subarray(0, -100)],
    ['strange', otherInputs, otherInputs],
  ] as const) {
    const dir = join(models, id);
    await put(join(dir, 'manifest.json'), JSON.stringify(describe(id, `af_${id}`, graph)));
    await put(join(dir, 'model.onnx'), content);
    await put(join(dir, `voices/af_${id}.bin`), FILES['voices/af_wren.bin']);
  }
  await put(join(models, 'wren.json'), JSON.stringify(describe('wren', 'af_wren')));
  await put(join(models, 'crow-32.json'), JSON.stringify(describe('crow-32', 'af_crow')));
  for (const speaker of ['af_wren', 'af_crow'])
    server.files.set(`/voices/${speaker}.bin`, FILES['voices/af_wren.bin']);
  server.files.set('/model.onnx', FILES['model.onnx']);
  daemon = await startDaemon({ dataDir });
});

afterAll(async () => {
  await daemon.stop();
  await server.close();
  await removeDataDirs();
});

function describe(id: string, speaker: string, graph = FILES['model.onnx']) {
  const file = (path: string, content: Buffer) => ({
    [path]: {
      bytes: content.length,
      sha256: hash('sha256', content),
      urls: [`${server.origin}/${path}`],
    },
  });
  return {
    id,
    name: id,
    revision: '1',
    engine: 'kokoro',
    licence: 'MIT',
    languages: ['en-US'],
    sampleRateHz: 24_000,
    parameters: {},
    speakers: [{ id: speaker, name: 'Bird', language: 'en-US', gender: 'female' }],
    files: {
      ...file('model.onnx', graph),
      ...file(`voices/${speaker}.bin`, FILES['voices/af_wren.bin']),
    },
  };
}

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

const tts = (...args: string[]) => runTts(args, { env: { ...daemon.env, TTS_AUTOSTART: '0' } });
const modelOf = async (voice: string) =>
  (await daemon.call('GET', `/v1/voices/${voice}`)).json<{ model: string }>().model;
/** The job when it has ended. */
const finish = async (voice: string, model?: string) => {
  const body = { text: 'Hello.', voice, ...(model !== undefined && { model }) };
  const { jobs } = (await daemon.call('POST', '/v1/jobs', body)).json<SubmitReply>();
  const { id } = jobs[0]!.job;
  await daemon.call('GET', `/v1/jobs/${id}/events`);
  return (await daemon.call('GET', `/v1/jobs/${id}`)).json<Pick<JobView, 'state' | 'model' | 'error'>>();
};
const say = async (voice: string, model?: string) => (await finish(voice, model)).model;

test('a model that is slower than one with the same voices is there to be asked for, and that is said', async () => {
  const { code, stdout } = await tts('models', 'pull', 'wren');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /\nThe same voices are here more than once\. Where no model is named wren-32, .*, speaks; with -m wren, .*\.\n$/,
  );
  expect(await modelOf('af_wren')).toBe('wren-32');
  expect([await say('af_wren'), await say('af_wren', 'wren')]).toEqual(['wren-32', 'wren']);
});

test('a model that is clearly faster speaks their voices from then on, and without it the other does again', async () => {
  expect(await modelOf('af_crow')).toBe('crow');
  const { stdout } = await tts('models', 'pull', 'crow-32');
  expect(stdout).toMatch(/Where no model is named crow-32, .*, speaks; with -m crow, .*\.\n$/);
  expect(await say('af_crow')).toBe('crow-32');
  expect((await daemon.call('DELETE', '/v1/models/crow-32')).status).toBe(204);
  expect(await modelOf('af_crow')).toBe('crow');
});

test.each([
  ['POST', 'thorsten/pull', 'Did you mean piper-de_DE-thorsten-medium?'],
  ['POST', 'Kokoro/pull', 'Did you mean kokoro?'],
  ['DELETE', 'kokoro', 'kokoro is not here, and nothing is left of a pull.'],
])('%s /v1/models/%s is answered with what was meant', async (method, path, message) => {
  const { status, body } = await daemon.call(method, `/v1/models/${path}`);
  expect(status).toBe(404);
  expect(body.toString()).toContain(message);
});

test('a model that is no file is one to be pulled, and an empty folder is none', async () => {
  const dir = await makeDataDir();
  expect(await tts('models', 'add', join(dir, 'kokoro'))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('/kokoro. To download a model: tts models pull kokoro'),
  });
  expect(await tts('models', 'add', dir)).toMatchObject({
    code: 2,
    stderr: `tts: There are no files in ${dir}.\n`,
  });
});

test.each([
  ['altered', 'altered/model.onnx has been altered: its SHA-256 is not the manifest'],
  ['cut', 'cut/model.onnx has'],
  [
    'strange',
    'strange/model.onnx does not match its engine: expected input input_ids or tokens, no input letters',
  ],
])('a model whose graph is %s fails its jobs by the file, and others go on', async (id, message) => {
  expect(await finish(`af_${id}`)).toMatchObject({
    state: 'failed',
    error: { code: 'model_unusable', message: expect.stringContaining(message) },
  });
  expect(await finish('heart')).toMatchObject({ state: 'completed' });
});

test('a voice of another model is refused', async () => {
  const reply = await daemon.call('POST', '/v1/jobs', { text: 'Hello.', voice: 'heart', model: 'crow' });
  expect(reply.status).toBe(422);
  expect(reply.body.toString()).toContain('the voice belongs to model hibari, not crow');
});

test.skipIf(process.platform !== 'linux')(
  'a process that dies while it prepares a model has brought it all the same',
  async () => {
    await daemon.call('DELETE', '/v1/models/wren');
    const found = Promise.withResolvers<void>();
    server.misbehave = ({ serve }) => void found.promise.then(() => serve());
    const pull = daemon.call('POST', '/v1/models/wren/pull');
    const worker = await waitFor('the process that pulls', findWorker);
    found.resolve();
    await waitFor('the files to be in place', () => existsSync(join(daemon.dataDir, 'models', 'wren')));
    try {
      process.kill(worker, 'SIGKILL');
    } catch {
      // It was quicker.
    }
    expect((await pull).body.toString()).toContain('event: done');
    expect(await say('af_wren', 'wren')).toBe('wren');
  },
);

function findWorker(): number | undefined {
  const { pid } = daemon.endpoint;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return children
    .filter((child) => child !== '')
    .map(Number)
    .find(isWorker);
}

function isWorker(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('shelf-worker');
  } catch {
    return false;
  }
}
