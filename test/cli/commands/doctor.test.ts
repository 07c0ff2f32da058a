// tts doctor: every check is broken once, and its command mends it.
import { spawnSync } from 'node:child_process';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTts } from '../../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { mountSmallDisk } from '../../helpers/small-disk.ts';

interface Finding {
  check: string;
  state: string;
  says: string;
  mend: string | null;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');
let daemon: Daemon;

async function examine(env: Record<string, string>, tts?: string): Promise<Record<string, Finding>> {
  const { stdout } = tts
    ? { stdout: spawnSync(process.execPath, [tts, 'doctor', '--json'], { env, encoding: 'utf8' }).stdout }
    : await runTts(['doctor', '--json'], { env });
  const findings = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Finding);
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
}

beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(async () => {
  await runTts(['daemon', 'stop'], { env: daemon.env });
  await removeDataDirs();
});

test('a healthy machine gets ok for what is needed, and every remedy is one command', async () => {
  const { code, stdout } = await runTts(['doctor'], { env: daemon.env });
  expect(code).toBe(0);
  expect(stdout).not.toContain('!!');
  for (const name of [
    'node',
    'modules',
    'clock',
    'data',
    'disk',
    'config',
    'models',
    'socket',
    'port',
    'daemon',
    'version',
  ])
    expect(stdout).toMatch(new RegExp(`^ok  ${name} `, 'm'));
  expect((await runTts(['doctor', '-q'], { env: daemon.env })).stdout).toBe('');
});

test('a paused queue: its command mends it', async () => {
  await runTts(['pause'], { env: daemon.env });
  const { daemon: found } = await examine(daemon.env);
  expect(found).toMatchObject({ state: 'warn', says: 'the queue is paused', mend: 'tts resume' });
  await runTts(found!.mend!.split(' ').slice(1), { env: daemon.env });
  expect((await examine(daemon.env)).daemon!.state).toBe('ok');
});

test('no daemon, no player, no ffmpeg are no failures, and say what to do', async () => {
  const empty = await makeDataDir();
  const findings = await examine({ ...daemon.env, TTSD_DATA_DIR: empty, PATH: '/nonexistent' });
  expect(findings.daemon).toMatchObject({ state: 'warn', mend: 'tts daemon start' });
  expect(findings.player).toMatchObject({
    state: 'warn',
    mend: expect.stringMatching(/install alsa-utils$/),
  });
  expect(findings.ffmpeg).toMatchObject({ state: 'warn', mend: expect.stringMatching(/install ffmpeg$/) });
});

test('a configuration that is wrong: named as the daemon names it, with the file to open', async () => {
  const config = join(await makeDataDir(), "it's.yaml");
  await writeFile(config, 'server:\n  prot: 1\n');
  const { config: found } = await examine({ ...daemon.env, TTSD_CONFIG: config });
  expect(found).toMatchObject({ state: 'bad', says: expect.stringContaining('server.prot') });
  const edited = spawnSync('/bin/sh', ['-c', found!.mend!], {
    env: { EDITOR: 'sed -i s/prot/port/', PATH: process.env.PATH },
  });
  expect(edited.status).toBe(0);
  expect((await examine({ ...daemon.env, TTSD_CONFIG: config })).config!.state).toBe('ok');
});

test('a port that another program has: the command starts it on another', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const dir = await makeDataDir();
  const env = { ...daemon.env, TTSD_DATA_DIR: dir, TTSD_PORT: String(port) };
  const { port: found } = await examine(env);
  expect(found).toMatchObject({ state: 'bad', mend: 'TTSD_PORT=0 tts daemon start' });
  await runTts(['daemon', 'start'], { env: { ...env, TTSD_PORT: '0' } });
  expect((await examine(env)).port!.state).toBe('ok');
  await runTts(['daemon', 'stop'], { env });
  server.close();
});

test('a data folder that is a file, and one that others can read: the commands mend both', async () => {
  const dir = await makeDataDir();
  const file = join(dir, 'data here');
  await writeFile(file, '');
  const env = { ...daemon.env, TTSD_DATA_DIR: file };
  const { data: found } = await examine(env);
  expect(found).toMatchObject({ state: 'bad', says: `${file} is no folder` });
  spawnSync('/bin/sh', ['-c', found!.mend!]);
  expect((await examine(env)).data!.state).toBe('ok');
  await mkdir(file, { mode: 0o755 });
  const { data: open } = await examine(env);
  expect(open).toMatchObject({ state: 'warn', mend: `chmod 700 '${file}'` });
  spawnSync('/bin/sh', ['-c', open!.mend!]);
  expect((await examine(env)).data!.state).toBe('ok');
});

test('a socket path that is too long', async () => {
  const dir = join(await makeDataDir(), 'x'.repeat(120));
  const { socket } = await examine({ ...daemon.env, TTSD_DATA_DIR: dir });
  expect(socket).toMatchObject({ state: 'bad', mend: 'export TTSD_DATA_DIR=$HOME/.ttsd' });
});

test('jobs from the future: the clock is doubted', async () => {
  const dir = await makeDataDir();
  await writeFile(join(dir, 'ttsd.db'), '');
  spawnSync('touch', ['-d', '+2 days', join(dir, 'ttsd.db')]);
  const { clock } = await examine({ ...daemon.env, TTSD_DATA_DIR: dir });
  expect(clock).toMatchObject({ state: 'bad', mend: 'timedatectl set-ntp true' });
});

test('a damaged installation: modules that do not load, a voice that lacks a file', async () => {
  const copy = join(await makeDataDir(), 'copy');
  await mkdir(join(copy, 'node_modules'), { recursive: true });
  for (const name of ['bin', 'dist', 'models', 'package.json'])
    await cp(join(ROOT, name), join(copy, name), { recursive: true });
  for (const name of ['commander', 'undici', 'fastest-levenshtein', 'onnxruntime-node'])
    await symlink(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  await rm(join(copy, 'models', 'hibari', 'acoustic.onnx'));
  const findings = await examine({ ...daemon.env }, join(copy, 'bin', 'tts.js'));
  expect(findings.modules).toMatchObject({
    state: 'bad',
    says: expect.stringContaining('better-sqlite3 cannot be loaded'),
  });
  expect(findings.modules!.mend).toMatch(/npm install$/);
  expect(findings.models).toMatchObject({ state: 'bad', says: 'the embedded voice lacks acoustic.onnx' });
});

const disk = mountSmallDisk(20);
afterAll(() => disk?.unmount());
test.skipIf(!disk)('tmpfs: a full disk is said with what makes room', async () => {
  const { disk: found } = await examine({ ...daemon.env, TTSD_DATA_DIR: disk!.path });
  expect(found).toMatchObject({ state: 'bad', mend: 'tts rm $(tts list -q --state completed)' });
});
