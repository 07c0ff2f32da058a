// Models from files of this machine, through tts and over HTTP.
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTts } from '../../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';

const MODEL_DIR = join(import.meta.dirname, '..', '..', '..', 'models', 'hibari');

let daemon: Daemon;
let dir: string;

beforeAll(async () => {
  dir = await makeDataDir();
  daemon = await startDaemon();
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

const tts = (...args: string[]) => runTts(args, { env: { ...daemon.env, TTS_AUTOSTART: '0' } });

/** The embedded model as a folder of its own, in which `change` may do what it likes. */
async function makeFolder(
  id: string,
  change: (folder: string, manifest: Record<string, unknown>) => Promise<void> | void = () => {},
): Promise<string> {
  const folder = join(dir, id);
  await mkdir(folder);
  const manifest = JSON.parse(await readFile(join(MODEL_DIR, 'manifest.json'), 'utf8'));
  for (const path of Object.keys(manifest.files)) await symlink(join(MODEL_DIR, path), join(folder, path));
  manifest.id = id;
  await change(folder, manifest);
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}

test('a folder is added, speaks, is not added twice, and goes', async () => {
  const folder = await makeFolder('wren');
  expect(await tts('models', 'add', folder)).toMatchObject({
    code: 0,
    stdout: 'wren added: hibari, 8 voices\n',
  });
  expect(await tts('say', 'Hello.', '-m', 'wren', '-o', join(dir, 'wren.wav'))).toMatchObject({ code: 0 });
  expect(await tts('models', 'add', folder)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is a model wren already. Remove it first'),
  });
  expect(await tts('models', 'rm', 'wren')).toMatchObject({ code: 0 });
  expect((await readdir(join(daemon.dataDir, 'models'))).filter((name) => name !== '.pull')).toEqual([]);
});

test('a graph that is not the one its engine needs is refused, and the file is named', async () => {
  const folder = await makeFolder('crow', async (to, manifest) => {
    const files = manifest.files as Record<string, unknown>;
    files['acoustic.onnx'] = files['oov.onnx'];
    const { rm } = await import('node:fs/promises');
    await rm(join(to, 'acoustic.onnx'));
    await copyFile(join(MODEL_DIR, 'oov.onnx'), join(to, 'acoustic.onnx'));
  });
  expect(await tts('models', 'add', folder)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /crow cannot be loaded: acoustic\.onnx does not match its engine: expected input ids/,
    ),
  });
});

test('a file that is not the one of its manifest is refused', async () => {
  const folder = await makeFolder('rook', (_to, manifest) => {
    Object.assign((manifest.files as Record<string, object>)['vocab.json']!, { sha256: '0'.repeat(64) });
  });
  expect((await tts('models', 'add', folder)).stderr).toMatch(
    /vocab\.json is not the file of manifest\.json: its SHA-256 is/,
  );
});

test.each([
  [
    'voices/af_one.bin and a graph',
    { 'g.onnx': '', 'voices/af_one.bin': 'short' },
    'voices/af_one.bin has 5 bytes; a voice of Kokoro has 522240',
  ],
  [
    'a Piper voice with settings that are none',
    { 'en_US-x-low.onnx': '', 'en_US-x-low.onnx.json': '{}' },
    'en_US-x-low.onnx.json is not the settings of a Piper voice',
  ],
  ['a note', { 'note.txt': 'hello' }, 'These files are no model that is known: note.txt'],
])('%s is refused with the reason', async (_what, files, message) => {
  const body = zipSync(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])),
  );
  const reply = await daemon.call('POST', '/v1/models', body, { 'content-type': 'application/zip' });
  expect([reply.status, reply.json()]).toMatchObject([
    400,
    { error: { code: 'model_invalid', message: expect.stringContaining(message) } },
  ]);
});

test('a graph that takes weights from outside its folder is refused', async () => {
  // An ONNX model: graph (7) with a constant (5) whose external data (13) is {location: ../../secret}.
  const field = (no: number, content: Buffer) =>
    Buffer.concat([Buffer.from([(no << 3) | 2, content.length]), content]);
  const entry = field(
    13,
    Buffer.concat([field(1, Buffer.from('location')), field(2, Buffer.from('../../secret'))]),
  );
  const folder = await makeFolder('jay', async (to, manifest) => {
    const graph = field(7, field(5, entry));
    await writeFile(join(to, 'evil.onnx'), graph);
    (manifest.files as Record<string, unknown>)['evil.onnx'] = { bytes: graph.length, sha256: null };
  });
  expect((await tts('models', 'add', folder)).stderr).toMatch(
    /evil\.onnx takes weights from "\.\.\/\.\.\/secret", which holds \. or \.\./,
  );
});

test('what is no archive, and no body at all, are refused in words', async () => {
  const text = await daemon.call('POST', '/v1/models', 'hello', {
    'content-type': 'application/octet-stream',
  });
  expect([text.status, text.body.toString()]).toEqual([
    400,
    expect.stringContaining('neither a zip nor a tar file'),
  ]);
  const json = await daemon.call('POST', '/v1/models', {});
  expect([json.status, json.body.toString()]).toEqual([
    415,
    expect.stringContaining('Send a zip or tar file'),
  ]);
  expect(await tts('models', 'add', join(dir, 'nowhere'))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is no file or folder'),
  });
});
