// tts doctor: every check is broken once, several in one go, and its command mends it.
import { spawnSync } from 'node:child_process';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTts, TTS } from '../../helpers/cli.ts';
import { type Daemon, getBareEnv, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { mountSmallDisk } from '../../helpers/small-disk.ts';

interface Finding {
  check: string;
  state: string;
  says: string;
  mend: string | null;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');
const disk = mountSmallDisk(20);
let daemon: Daemon;
/** Where a shell finds `tts`. */
let programs: string;

async function examine(env: Record<string, string>, tts = TTS): Promise<Record<string, Finding>> {
  const { stdout } = spawnSync(process.execPath, [tts, 'doctor', '--json'], { env, encoding: 'utf8' });
  const findings = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Finding);
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
}

/** Runs the command as it was printed. */
function mend(finding: Finding | undefined, env: Record<string, string>): void {
  const { status, stderr } = spawnSync('/bin/sh', ['-c', finding!.mend!], {
    env: { ...env, PATH: `${programs}:${getBareEnv().PATH}` },
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

beforeAll(async () => {
  programs = join(await makeDataDir(), 'programs');
  await mkdir(programs);
  await symlink(TTS, join(programs, 'tts'));
  daemon = await startDaemon();
});
afterAll(async () => {
  await runTts(['daemon', 'stop'], { env: daemon.env });
  disk?.unmount();
  await removeDataDirs();
});

test('a paused queue is said, and its command mends it', async () => {
  await daemon.call('POST', '/v1/queue/pause', {});
  const found = await examine(daemon.env);
  expect(found.daemon).toMatchObject({ state: 'warn', says: 'the queue is paused', mend: 'tts resume' });
  mend(found.daemon, daemon.env);
});

test('a healthy machine gets ok for what is needed', async () => {
  const { code, stdout } = await runTts(['doctor'], { env: daemon.env });
  expect(code).toBe(0);
  expect(stdout).not.toContain('!!');
  const needed = 'node modules clock data disk config models socket port daemon version';
  for (const name of needed.split(' ')) expect(stdout).toMatch(new RegExp(`^ok  ${name} `, 'm'));
});

test('what can be wrong where no daemon runs is found in one go, and each command mends its own', async () => {
  const dataDir = join(await makeDataDir(), 'data here');
  await mkdir(dataDir, { mode: 0o755 });
  await writeFile(join(dataDir, 'ttsd.db'), '');
  spawnSync('touch', ['-d', '+2 days', join(dataDir, 'ttsd.db')]);
  const config = join(dataDir, "it's.yaml");
  await writeFile(config, 'server:\n  prot: 1\n');
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const env = { ...daemon.env, TTSD_DATA_DIR: dataDir, TTSD_CONFIG: config, TTSD_PORT: String(port) };
  const found = await examine({ ...env, PATH: '/nonexistent' });
  expect(found).toMatchObject({
    clock: { state: 'bad', mend: 'timedatectl set-ntp true' },
    data: { state: 'warn', mend: `chmod 700 '${dataDir}'` },
    config: { state: 'bad', says: expect.stringContaining('server.prot') },
    port: { state: 'bad', mend: 'TTSD_PORT=0 tts daemon start' },
    daemon: { state: 'warn', mend: 'tts daemon start' },
    player: { state: 'warn', mend: expect.stringMatching(/install alsa-utils$/) },
    ffmpeg: { state: 'warn', mend: expect.stringMatching(/install ffmpeg$/) },
  });
  await rm(join(dataDir, 'ttsd.db'));
  mend(found.data, env);
  mend(found.config, { ...env, EDITOR: 'sed -i s/prot/port/' });
  mend(found.port, env);
  expect(await runTts(['doctor', '-q'], { env })).toMatchObject({ code: 0, stdout: '' });
  await runTts(['daemon', 'stop'], { env });
  server.close();
});

test('a data folder that is a file, a socket path that is too long, and (tmpfs) a full disk', async () => {
  const dataDir = join(disk?.path ?? (await makeDataDir()), `it's ${'x'.repeat(120)}`);
  await writeFile(dataDir, '');
  const env = { ...daemon.env, TTSD_DATA_DIR: dataDir };
  const found = await examine(env);
  expect(found.data).toMatchObject({ state: 'bad', says: `${dataDir} is no folder` });
  expect(found.socket).toMatchObject({ state: 'bad', mend: 'export TTSD_DATA_DIR=$HOME/.ttsd' });
  if (disk)
    expect(found.disk).toMatchObject({ state: 'bad', mend: 'tts rm $(tts list -q --state completed)' });
  mend(found.data, env);
  expect((await examine(env)).data).toMatchObject({ state: 'ok' });
});

test('a damaged installation: modules that do not load, a voice that lacks a file', async () => {
  const copy = join(await makeDataDir(), 'copy');
  await mkdir(join(copy, 'node_modules'), { recursive: true });
  for (const name of ['bin', 'dist', 'package.json'])
    await cp(join(ROOT, name), join(copy, name), { recursive: true });
  await mkdir(join(copy, 'models', 'hibari'), { recursive: true });
  await cp(join(ROOT, 'models', 'hibari', 'manifest.json'), join(copy, 'models', 'hibari', 'manifest.json'));
  for (const name of ['commander', 'undici', 'fastest-levenshtein', 'onnxruntime-node'])
    await symlink(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  const findings = await examine(daemon.env, join(copy, 'bin', 'tts.js'));
  expect(findings.modules).toMatchObject({
    state: 'bad',
    says: expect.stringContaining('better-sqlite3 cannot be loaded'),
    mend: expect.stringMatching(/npm install$/),
  });
  expect(findings.models).toMatchObject({
    state: 'bad',
    says: expect.stringMatching(/^the embedded voice lacks /),
  });
});
