// A command line that finds no daemon starts one: once, from any environment, and says why when it cannot.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { takeLock } from '../../src/daemon/jobs/lock.ts';
import { runTts, startTts } from '../helpers/cli.ts';
import { makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { parseWav } from '../helpers/wav-parse.ts';

const started: Record<string, string>[] = [];

/** What cron gives, and a data directory with a space in its path. */
async function makeCronEnv(): Promise<Record<string, string>> {
  const dataDir = join(await makeDataDir(), 'my data');
  const env = { HOME: join(dataDir, '..'), PATH: '/usr/bin:/bin', TTSD_DATA_DIR: dataDir, TTSD_PORT: '0' };
  started.push(env);
  return env;
}

afterEach(async () => {
  for (const env of started.splice(0)) await runTts(['daemon', 'stop'], { env });
  await removeDataDirs();
});

test('ten at once from cron start one daemon, and all are heard', async () => {
  const env = await makeCronEnv();
  const files = Array.from({ length: 10 }, (_, index) => join(env.HOME!, `cron ${index}.wav`));
  const results = await Promise.all(
    files.map((file, index) => runTts(['say', `Number ${index + 1}.`, '-o', file], { env })),
  );
  for (const [index, result] of results.entries()) {
    expect(result).toMatchObject({ code: 0, stderr: '', stdout: `${files[index]}\n` });
    expect(parseWav(await readFile(files[index]!)).samples.length).toBeGreaterThan(0);
  }
  const log = await readFile(join(env.TTSD_DATA_DIR!, 'logs', 'ttsd.log'), 'utf8');
  expect(log.match(/"msg":"ready"/g)).toHaveLength(1);
});

test('without a HOME the data directory of the account is used', async () => {
  const { HOME: _, ...env } = await makeCronEnv();
  expect(await runTts(['daemon', 'start'], { env })).toMatchObject({ code: 0, stderr: '' });
});

test('a lock that a killed command line left behind is taken away', async () => {
  const env = await makeCronEnv();
  await mkdir(env.TTSD_DATA_DIR!, { mode: 0o700 });
  const { child, ended } = startTts(['--version']);
  await ended;
  await writeFile(join(env.TTSD_DATA_DIR!, 'starting.lock'), String(child.pid));
  expect(await runTts(['status'], { env })).toMatchObject({ code: 0 });
});

test('Ctrl-C while the daemon starts: it comes up all the same, once, and the next command finds it', async () => {
  const env = await makeCronEnv();
  const lock = join(env.TTSD_DATA_DIR!, 'starting.lock');
  const starting = startTts(['daemon', 'start'], { env });
  await waitFor('the start', () => existsSync(join(env.TTSD_DATA_DIR!, 'logs', 'start.log')));
  starting.child.kill('SIGINT');
  expect(await starting.ended).toMatchObject({ signal: 'SIGINT', stdout: '', stderr: '' });
  expect(await runTts(['status'], { env })).toMatchObject({ code: 0 });
  expect(existsSync(lock)).toBe(false);
  const log = await readFile(join(env.TTSD_DATA_DIR!, 'logs', 'ttsd.log'), 'utf8');
  expect(log.match(/"msg":"ready"/g)).toHaveLength(1);
});

test('a daemon that comes up already is waited for, though no command holds the lock of starting it', async () => {
  const env = await makeCronEnv();
  const dataDir = env.TTSD_DATA_DIR!;
  await mkdir(dataDir, { mode: 0o700 });
  const giveBack = takeLock(dataDir);
  const status = runTts(['status'], { env });
  const log = join(dataDir, 'logs', 'start.log');
  await waitFor('the second one to be refused', async () =>
    (await readFile(log, 'utf8').catch(() => '')).includes('Another ttsd is running'),
  );
  giveBack();
  const daemon = await startDaemon({ dataDir, env });
  expect(await status).toMatchObject({ code: 0 });
  await daemon.stop();
});

test.each([
  [['--no-autostart'], {}],
  [[], { TTS_AUTOSTART: '0' }],
])('it starts none when told not to: %j %j', async (flags, setting) => {
  const env = { ...(await makeCronEnv()), ...setting };
  expect(await runTts(['list', ...flags], { env })).toEqual({
    code: 69,
    signal: null,
    stdout: '',
    stderr: 'tts: The daemon is not running. Start it with: tts daemon start\n',
  });
});

test('a host that was named is never started', async () => {
  const env = await makeCronEnv();
  const { code, stderr } = await runTts(['list', '--host', 'unix:///nonexistent/ttsd.sock'], { env });
  expect(code).toBe(69);
  expect(stderr).toContain('The daemon at /nonexistent/ttsd.sock does not answer');
  const status = await runTts(['status', '--host', 'http://127.0.0.1:1'], { env });
  expect(status).toMatchObject({ code: 69, stdout: '' });
});

test('a wrong configuration is shown in the words of the daemon, with exit code 78', async () => {
  const env = await makeCronEnv();
  const config = join(env.HOME!, 'config.yaml');
  await writeFile(config, 'server:\n  prot: 8004\n');
  const { code, stdout, stderr } = await runTts(['say', 'Hello.', '-o', join(env.HOME!, 'x.wav')], {
    env: { ...env, TTSD_CONFIG: config },
  });
  expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
  expect(stderr).toContain('server.prot');
  expect(stderr).not.toContain('    at ');
});

test('a data directory that cannot be made is exit code 78', async () => {
  const file = join(await makeDataDir(), 'file');
  await writeFile(file, '');
  const env = { ...(await makeCronEnv()), TTSD_DATA_DIR: join(file, 'data') };
  const { code, stderr } = await runTts(['list'], { env });
  expect(code).toBe(78);
  expect(stderr).toContain(`The data folder ${file}/data cannot be written`);
  expect(stderr).toContain('TTSD_DATA_DIR');
});

test('a socket path that is too long is refused with exit code 78', async () => {
  const env = await makeCronEnv();
  const { code, stderr } = await runTts(['list', '--host', `unix:///${'x'.repeat(120)}`], { env });
  expect(code).toBe(78);
  expect(stderr).toContain('The socket path has 121 bytes');
});
