// Daemons of other machines: by address and key, and by name.
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseJobs, runTts } from '../../helpers/cli.ts';
import { type Daemon, getBareEnv, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';

let daemon: Daemon;
let home: string;
let key: string;
const tts = (args: string[], env: Record<string, string> = {}) =>
  runTts(args, { env: { ...getBareEnv(), HOME: home, TTS_AUTOSTART: '0', ...env }, cwd: home });

beforeAll(async () => {
  const dir = await makeDataDir();
  await writeFile(join(dir, 'config.yaml'), 'server:\n  require_api_key: true\n');
  daemon = await startDaemon({ config: join(dir, 'config.yaml') });
  key = (await runTts(['daemon', 'key', 'new', 'far', '-q'], { env: daemon.env })).stdout.trim();
  home = await makeDataDir();
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('--host and --api-key do the same as at home', async () => {
  const there = ['--host', daemon.endpoint.http, '--api-key', key];
  const said = await tts(['say', 'From afar.', '-o', 'far.wav', ...there]);
  expect(said).toMatchObject({ code: 0, stdout: 'far.wav\n', stderr: '' });
  const id = (await tts(['enqueue', 'Later.', '--in', '1h', ...there])).stdout.trim();
  expect((await tts(['cancel', id.slice(0, 8), ...there])).stdout).toBe(`${id} cancelled\n`);
});

test('a context stands for both, is used until another is, and never shows its key', async () => {
  const added = await tts(['context', 'add', 'box', '--host', daemon.endpoint.http], { TTS_KEY: key });
  expect(added).toMatchObject({ code: 0, stdout: `  box  ${daemon.endpoint.http}  with a key\n` });
  expect((await tts(['context', 'use', 'box'])).stdout).toBe(`* box  ${daemon.endpoint.http}  with a key\n`);
  expect(parseJobs((await tts(['list', '--json'])).stdout).length).toBe(2);
  // A key is never sent to another address than its own.
  expect(await tts(['list', '--host', daemon.endpoint.http])).toMatchObject({ code: 78 });
  const listed = await tts(['context', 'list', '--json']);
  expect(JSON.parse(listed.stdout)).toEqual({
    name: 'box',
    host: daemon.endpoint.http,
    has_key: true,
    current: true,
  });
  const file = join(home, '.config', 'ttsd', 'contexts.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).toContain(key);
  expect(await tts(['context', 'use', 'local'])).toMatchObject({ code: 0 });
  expect(await tts(['list', '-q'])).toMatchObject({ code: 69 });
  expect(await tts(['context', 'rm', 'bix'])).toMatchObject({
    code: 3,
    stderr: 'tts: There is no context "bix". Did you mean box? See: tts context list\n',
  });
  expect((await tts(['context', 'rm', 'box'])).stdout).toBe('box removed\n');
  expect((await tts(['context', 'list'])).stderr).toContain('No contexts yet');
});

test('a damaged context file is named, and the verbs that need none still work', async () => {
  const file = join(home, '.config', 'ttsd', 'contexts.json');
  await writeFile(file, '{"contexts": 5}');
  const { code, stderr } = await tts(['list']);
  expect({ code, names: stderr.includes(file) }).toEqual({ code: 78, names: true });
  expect(await tts(['list', '-q', '--host', daemon.endpoint.http, '--api-key', key])).toMatchObject({
    code: 0,
  });
});
