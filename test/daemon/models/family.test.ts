// The same voices in several models, as Kokoro comes in 8, 16 and 32 bits: the one that was measured to be faster here speaks.
import { hash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeProcessor } from '../../../src/engine/model/processor.ts';
import { runTts } from '../../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { type FileServer, startFileServer } from '../../helpers/file-server.ts';
import { makeKokoro } from '../../helpers/small-kokoro.ts';

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

function describe(id: string, speaker: string) {
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
      ...file('model.onnx', FILES['model.onnx']),
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
/** Which model it got. */
const say = async (...args: string[]) => {
  const { stdout } = await tts('enqueue', 'Hello.', '--json', ...args);
  const { id, model } = JSON.parse(stdout);
  await tts('wait', id);
  return model;
};

test('a model that is slower than one with the same voices is there to be asked for, and that is said', async () => {
  const { code, stdout } = await tts('models', 'pull', 'wren');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /\nThe same voices are here more than once\. Where no model is named wren-32, .*, speaks; with -m wren, .*\.\n$/,
  );
  expect(await modelOf('af_wren')).toBe('wren-32');
  expect([await say('-v', 'af_wren'), await say('-v', 'af_wren', '-m', 'wren')]).toEqual(['wren-32', 'wren']);
});

test('a model that is clearly faster speaks their voices from then on, and without it the other does again', async () => {
  expect(await modelOf('af_crow')).toBe('crow');
  const { stdout } = await tts('models', 'pull', 'crow-32');
  expect(stdout).toMatch(/Where no model is named crow-32, .*, speaks; with -m crow, .*\.\n$/);
  expect(await say('-v', 'af_crow')).toBe('crow-32');
  expect(await tts('models', 'rm', 'crow-32')).toMatchObject({ code: 0 });
  expect(await modelOf('af_crow')).toBe('crow');
});
