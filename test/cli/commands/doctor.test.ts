// tts doctor: every check is broken once, several in one go, and its command mends it.
import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdir, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTts, TTS } from '../../helpers/cli.ts';
import { getBareEnv, makeDataDir, removeDataDirs } from '../../helpers/daemon.ts';
import { type FileServer, startFileServer } from '../../helpers/file-server.ts';
import { copyInstallation } from '../../helpers/installation.ts';
import { mountSmallDisk } from '../../helpers/small-disk.ts';
import { offerTwin } from '../../helpers/twin-model.ts';

interface Finding {
  check: string;
  state: string;
  says: string;
  mend: string | null;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');
const disk = mountSmallDisk(20);
let env: Record<string, string>;
/** As it was found. */
let fullDisk: Finding | undefined;
let server: FileServer;
/** Where a shell finds `tts`. */
let programs: string;
/** Where it finds a Node that is too old, in front of any other. */
let oldNode: string;

async function examine(env: Record<string, string>): Promise<Record<string, Finding>> {
  return parse((await runTts(['doctor', '--json'], { env })).stdout);
}

function parse(stdout: string): Record<string, Finding> {
  const findings = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Finding);
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
}

function runShell(command: string, env: Record<string, string>, ...folders: string[]) {
  return promisify(execFile)('/bin/sh', ['-c', command], {
    env: { ...env, PATH: [...folders, programs, dirname(process.execPath), getBareEnv().PATH].join(':') },
  });
}

/** Runs the command as it was printed. */
async function mend(finding: Finding | undefined, env: Record<string, string>): Promise<void> {
  await runShell(finding!.mend!, env);
}

beforeAll(async () => {
  programs = join(await makeDataDir(), 'programs');
  await mkdir(programs);
  await symlink(TTS, join(programs, 'tts'));
  oldNode = join(await makeDataDir(), 'old');
  await mkdir(oldNode);
  const pretend = "Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.1.0'}})";
  await writeFile(
    join(oldNode, 'node'),
    `#!/bin/sh\nexec '${process.execPath}' --import "data:text/javascript,${pretend}" "$@"\n`,
    { mode: 0o755 },
  );
  const dataDir = await makeDataDir();
  env = { ...getBareEnv(), TTSD_DATA_DIR: dataDir, TTSD_PORT: '0' };
  server = await startFileServer();
  await offerTwin('twin', server, dataDir);
});
afterAll(async () => {
  await runTts(['daemon', 'stop'], { env });
  await server.close();
  disk?.unmount();
  await removeDataDirs();
});

test('what can be wrong beside a daemon that runs is found in one go, and each command mends its own', async () => {
  const older = await copyInstallation([]);
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  await writeFile(join(older, 'package.json'), JSON.stringify({ ...manifest, version: '0.0.9' }));
  await runShell(`node '${older}/bin/tts.js' daemon start && tts models pull twin && tts pause`, env);
  const damaged = await open(join(env.TTSD_DATA_DIR!, 'models', 'twin', 'oov.onnx'), 'r+');
  await damaged.write('X', 1000);
  await damaged.close();
  const found = parse((await runShell('tts doctor --json || true', env, oldNode)).stdout);
  expect(found).toMatchObject({
    node: {
      state: 'warn',
      says: expect.stringMatching(/the first on the PATH is 20\.1\.0/),
      mend: 'npm install -g --allow-scripts=node --prefix ~/.local node@24 && export PATH=~/.local/bin:$PATH',
    },
    models: {
      state: 'bad',
      says: 'twin: oov.onnx is damaged',
      mend: "tts models rm 'twin' && tts models pull 'twin'",
    },
    daemon: { state: 'warn', says: 'the queue is paused', mend: 'tts resume' },
    version: {
      state: 'warn',
      says: expect.stringMatching(/the daemon that runs is 0\.0\.9$/),
      mend: 'tts daemon restart',
    },
  });
  for (const name of ['models', 'daemon', 'version']) await mend(found[name], env);
});

test('a healthy machine gets ok for what is needed', async () => {
  const { code, stdout } = await runTts(['doctor'], { env });
  expect(code).toBe(0);
  expect(stdout).not.toContain('!!');
  const needed = 'node modules clock data disk config models socket port daemon version';
  for (const name of needed.split(' ')) expect(stdout).toMatch(new RegExp(`^ok  ${name} `, 'm'));
  expect(stdout).toMatch(/^ok {2}models +the embedded voice, twin$/m);
});

test('what can be wrong where no daemon runs is found in one go, and each command mends its own', async () => {
  const dataDir = join(await makeDataDir(), 'data here');
  await mkdir(dataDir, { mode: 0o755 });
  await writeFile(join(dataDir, 'ttsd.db'), '');
  spawnSync('touch', ['-d', '+2 days', join(dataDir, 'ttsd.db')]);
  const config = join(dataDir, "it's.yaml");
  await writeFile(config, 'server:\n  prot: 1\n');
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  const env = { ...getBareEnv(), TTSD_DATA_DIR: dataDir, TTSD_CONFIG: config, TTSD_PORT: String(port) };
  const found = await examine({ ...env, PATH: '/nonexistent' });
  expect(found).toMatchObject({
    clock: { state: 'bad', mend: expect.stringMatching(/timedatectl set-ntp true$/) },
    data: { state: 'warn', mend: `chmod 700 '${dataDir}'` },
    config: { state: 'bad', says: expect.stringContaining('server.prot') },
    port: { state: 'bad', mend: 'TTSD_PORT=0 tts daemon start' },
    daemon: { state: 'warn', mend: 'tts daemon start' },
    player: { state: 'warn', mend: expect.stringMatching(/install alsa-utils$/) },
    ffmpeg: { state: 'warn', mend: expect.stringMatching(/install ffmpeg$/) },
  });
  await rm(join(dataDir, 'ttsd.db'));
  await mend(found.data, env);
  await mend(found.config, { ...env, EDITOR: 'sed -i s/prot/port/' });
  await mend(found.port, env);
  expect(await runTts(['doctor', '-q'], { env })).toMatchObject({ code: 0, stdout: '' });
  await runTts(['daemon', 'stop'], { env });
  taken.close();
});

test('a data folder that is a file, a socket path that is too long, and (tmpfs) a full disk', async () => {
  const dataDir = join(disk?.path ?? (await makeDataDir()), `it's ${'x'.repeat(120)}`);
  await writeFile(dataDir, '');
  const env = { ...getBareEnv(), TTSD_DATA_DIR: dataDir, TTSD_PORT: '0' };
  const found = await examine(env);
  expect(found.data).toMatchObject({ state: 'bad', says: `${dataDir} is no folder` });
  expect(found.socket).toMatchObject({ state: 'bad', mend: 'export TTSD_DATA_DIR=$HOME/.ttsd' });
  fullDisk = found.disk;
  if (disk)
    expect(found.disk).toMatchObject({
      state: 'bad',
      mend: 'tts list -q --state completed --limit 1000 | xargs -r tts rm',
    });
  await mend(found.data, env);
  expect((await examine(env)).data).toMatchObject({ state: 'ok' });
  // It is for the shell that goes on.
  const HOME = await makeDataDir();
  const { stdout } = await runShell(`${found.socket!.mend} && tts doctor --json || true`, { ...env, HOME });
  expect(parse(stdout)).toMatchObject({
    socket: { state: 'ok', says: expect.stringContaining(join(HOME, '.ttsd')) },
    data: { state: 'ok' },
  });
});

test.skipIf(!disk)('mount: a data folder on a file system that is read-only', async () => {
  const dataDir = join(disk!.path, 'below', 'data');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  disk!.remount('ro');
  const env = { ...getBareEnv(), TTSD_DATA_DIR: dataDir, TTSD_PORT: '0' };
  const { data } = await examine(env);
  expect(data).toMatchObject({ state: 'bad', says: `${dataDir} is on a read-only file system` });
  await mend(data, env);
  expect((await examine(env)).data).toMatchObject({ state: 'ok' });
});

test.skipIf(!disk)(
  'tmpfs: the command for a full disk forgets what is completed, and harms nothing where nothing is',
  async () => {
    await runTts(['say', 'Hello.', '-o', '/dev/null', '--format', 'wav'], { env });
    for (const _ of ['with one', 'with none']) await mend(fullDisk, env);
    expect((await runTts(['list', '--state', 'completed', '-q'], { env })).stdout).toBe('');
  },
);

test('a damaged installation: modules that do not load, a voice that lacks a file, no Node that is new enough', async () => {
  const copy = await copyInstallation(['models', 'node_modules']);
  await mkdir(join(copy, 'node_modules'));
  for (const name of ['commander', 'undici', 'fastest-levenshtein', 'onnxruntime-node'])
    await symlink(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  const git = 'git -c user.name=x -c user.email=x@localhost';
  await cp(join(ROOT, 'models'), join(copy, 'models'), { recursive: true });
  await runShell(`cd '${copy}' && ${git} init -q && ${git} add models && ${git} commit -qm models`, env);
  await rm(join(copy, 'models', 'hibari', 'acoustic.onnx'));
  const examineCopy = () => runShell(`node '${copy}/bin/tts.js' doctor --json || true`, env);
  const { stdout } = await examineCopy();
  expect(parse(stdout)).toMatchObject({
    modules: {
      state: 'bad',
      says: expect.stringContaining('better-sqlite3 cannot be loaded'),
      mend: expect.stringMatching(/npm install --ignore-scripts --omit=dev$/),
    },
    models: { state: 'bad', says: 'the embedded voice: acoustic.onnx is missing' },
  });
  await mend(parse(stdout).models, env);
  expect(parse((await examineCopy()).stdout).models).toMatchObject({ state: 'ok' });
  expect(await runShell(`'${copy}/bin/tts.js' doctor || echo "code $?"`, env, oldNode)).toEqual({
    stdout: 'code 78\n',
    stderr: 'tts: Node 22.19 or newer is needed, this is 20.1.0. Get it: https://nodejs.org/en/download\n',
  });
});
