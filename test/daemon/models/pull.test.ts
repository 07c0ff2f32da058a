// Pulling a model through the daemon and tts, from a server of our own.
import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Model } from '../../../src/api/models.ts';
import { runTts, startTts } from '../../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { type FileServer, startFileServer } from '../../helpers/file-server.ts';
import { openTerminal } from '../../helpers/terminal.ts';
import { offerTwin } from '../../helpers/twin-model.ts';
import { waitFor } from '../../helpers/wait-for.ts';

let server: FileServer;
let daemon: Daemon;
let dataDir: string;

beforeAll(async () => {
  server = await startFileServer();
  dataDir = await makeDataDir();
  for (const id of ['twin', 'other', 'third']) await offerTwin(id, server, dataDir);
  await writeFile(join(dataDir, 'models', 'broken.json'), '{');
  daemon = await startDaemon({ dataDir });
});

afterAll(async () => {
  await daemon.stop();
  await server.close();
  await removeDataDirs();
});

const env = () => ({ ...daemon.env, TTS_AUTOSTART: '0' });
const tts = (...args: string[]) => runTts(args, { env: env() });
const models = async (): Promise<Partial<Model>[]> =>
  (await daemon.call('GET', '/v1/models?all=true')).json<{ data: Partial<Model>[] }>().data;
const stateOf = async (id: string) => (await models()).find((model) => model.id === id)?.state;
const countSent = () => server.sentBytes;
const total = (id: string) =>
  [...server.files]
    .filter(([path]) => path.startsWith(`/${id}/`))
    .reduce((sum, [, { length }]) => sum + length, 0);

test('kill -9 of ttsd in the middle of a pull: the next pull goes on from there, and the model speaks', async () => {
  server.misbehave = ({ request, serve }) =>
    serve(request.url === '/twin/english.pack' ? { stall: 6_000_000 } : {});
  const first = startTts(['models', 'pull', 'twin'], { env: env() });
  await waitFor('most of it to have come', () => countSent() > 0.7 * total('twin'));
  const note = join(dataDir, 'models', '.pull', 'twin', 'parts', 'english.pack.json');
  await waitFor('it to be noted', async () => {
    const text = await readFile(note, 'utf8').catch(() => undefined);
    return text !== undefined && JSON.parse(text).segments[0].done > 1_000_000;
  });
  await daemon.stop('SIGKILL');
  expect((await first.ended).code).not.toBe(0);
  expect(existsSync(join(dataDir, 'models', 'twin'))).toBe(false);

  server.misbehave = ({ serve }) => serve();
  const sentBefore = countSent();
  daemon = await startDaemon({ dataDir });
  const again = await tts('models', 'pull', 'twin');
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(again.stdout).toMatch(
    /^twin is here: 1 voice, 22\.7 MB, [\d.]+ s of speech in a second here\. Try: /,
  );
  expect((await tts('voices', '-q')).stdout.split('\n')).toContain('heart-twin');
  expect(countSent() - sentBefore).toBeLessThan(total('twin') - 1_000_000);
  expect(await stateOf('twin')).toBe('installed');
  expect((await tts('models', 'show', 'twin')).stdout).toMatch(
    /^speed {7}[\d.]+ s of speech in a second, measured here$/m,
  );

  const out = join(dataDir, 'out.wav');
  expect(await tts('say', 'Hello.', '-m', 'twin', '-o', out)).toMatchObject({ code: 0 });
  const job = (await daemon.call('GET', '/v1/jobs?limit=1')).json<{
    jobs: { model: string; voice: string }[];
  }>().jobs[0];
  expect(job).toMatchObject({ model: 'twin', voice: 'heart' });
});

test('two commands share one download, and the one that stays ends with the model', async () => {
  server.misbehave = ({ serve }) => serve({ slowMs: 1 });
  const sentBefore = countSent();
  const [stays, leaves] = [0, 1].map(() => startTts(['models', 'pull', 'other'], { env: env() }));
  await waitFor('it to be on its way', async () => countSent() > sentBefore + 1_000_000);
  expect(await stateOf('other')).toBe('pulling');
  expect((await tts('models', 'rm', 'other')).stderr).toContain('other is being pulled');
  leaves!.child.kill('SIGINT');
  expect(await leaves!.ended).toMatchObject({ code: 130 });
  expect(await stays!.ended).toMatchObject({ code: 0 });
  expect(countSent() - sentBefore).toBe(total('other'));
});

test('when the last one leaves, a pull stops; what is left of it can be removed', async () => {
  server.misbehave = ({ request, serve }) => serve(request.url?.includes('pack') ? { stall: 1_000_000 } : {});
  const pull = startTts(['models', 'pull', 'third'], { env: env() });
  await waitFor('it to be on its way', async () => (await stateOf('third')) === 'pulling');
  const part = join(dataDir, 'models', '.pull', 'third', 'parts', 'english.pack');
  const cameBytes = await waitFor(
    'some of it to be there',
    () => statSync(part, { throwIfNoEntry: false })?.size || undefined,
  );
  pull.child.kill('SIGINT');
  expect(await pull.ended).toMatchObject({
    code: 130,
    stderr: expect.stringContaining('What has come is kept'),
  });
  await waitFor('the pull to end', async () => (await stateOf('third')) === 'available');
  expect(await readdir(join(dataDir, 'models', '.pull'))).toEqual(['third']);

  const before = server.seen.length;
  const terminal = openTerminal(env(), { columns: 100 });
  try {
    terminal.run('"$NODE" "$TTS" models pull third; echo "code $?"');
    await terminal.see(/█+░+ third /);
    await waitFor('it to go on', () => server.seen.slice(before).some(({ path }) => path.includes('pack')));
    terminal.press('C-c');
    await terminal.see(/^code 130$/m);
    expect(terminal.ask('cursor_flag')).toBe('1');
  } finally {
    terminal.close();
  }
  const starts = server.seen.slice(before).map(({ range = 'bytes=0' }) => Number(/\d+/.exec(range)![0]));
  expect(Math.max(...starts)).toBeGreaterThanOrEqual(cameBytes);
  await waitFor('the pull to end', async () => (await stateOf('third')) === 'available');
  expect(await tts('models', 'rm', 'third')).toMatchObject({ code: 0, stdout: 'third removed\n' });
  expect(await readdir(join(dataDir, 'models', '.pull'))).toEqual([]);
});

test('a pull that fails says why, by event and by exit code', async () => {
  server.misbehave = ({ response }) => void response.writeHead(404).end();
  expect(await tts('models', 'pull', 'third')).toMatchObject({
    code: 69,
    stderr: expect.stringMatching(/answered 404 to \/third\/.*the file is not there/),
  });
  const reply = await daemon.call('POST', '/v1/models/third/pull');
  expect(reply.headers['content-type']).toBe('text/event-stream');
  expect(reply.body.toString()).toMatch(
    /event: error\ndata: \{"code":"model_refused","message":".*","retryable":false\}\n\n$/,
  );
  expect(await stateOf('third')).toBe('available');
});

test.each([
  ['pull', 'nightingale', 3, 'There is no model "nightingale".'],
  ['pull', 'kokro', 3, 'Did you mean kokoro?'],
  ['pull', 'supertonic-3', 2, 'This version of ttsd has no engine for supertonic-3'],
  ['show', '../../etc', 3, 'There is no model "../../etc".'],
  ['rm', 'hibari', 2, 'hibari ships with ttsd and cannot be removed.'],
])('tts models %s %s is refused in words', async (verb, id, code, message) => {
  expect(await tts('models', verb, id)).toMatchObject({ code, stderr: expect.stringContaining(message) });
});

test('a model that jobs wait for is not removed; without it they would be for nobody', async () => {
  await tts('pause');
  const { stdout } = await tts('enqueue', 'Later.', '-m', 'twin', '-q');
  expect(await tts('models', 'rm', 'twin')).toMatchObject({
    code: 75,
    stderr: expect.stringContaining('need twin. Wait for them, or cancel them'),
  });
  await tts('resume');
  expect(await tts('wait', stdout.trim())).toMatchObject({ code: 0 });
  expect(await tts('models', 'rm', 'twin')).toMatchObject({ code: 0 });
  expect(await stateOf('twin')).toBe('available');
  expect(await tts('say', 'Hello.', '-m', 'twin', '-o', join(dataDir, 'x.wav'))).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('There is no model "twin" here.'),
  });
});

test('a folder that is no model keeps neither the daemon nor other models from working', async () => {
  await mkdir(join(dataDir, 'models', 'ruin'));
  await writeFile(join(dataDir, 'models', 'ruin', 'manifest.json'), '{"id": "ruin"}');
  await daemon.stop();
  daemon = await startDaemon({ dataDir });
  expect(await stateOf('other')).toBe('installed');
  expect(await readFile(join(dataDir, 'logs', 'ttsd.log'), 'utf8')).toContain(
    'ruin/manifest.json: name must be a string',
  );
});
