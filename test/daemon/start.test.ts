// What keeps ttsd from starting: each a line that names the cause and the remedy, and an exit code of its own.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, expect, test } from 'vitest';
import { type Daemon, getBareEnv, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';

const TTSD = join(import.meta.dirname, '..', '..', 'bin', 'ttsd.js');
const NOBODY = 65_534;

const started: Daemon[] = [];

afterEach(async () => {
  for (const daemon of started.splice(0)) await daemon.stop();
});
afterAll(removeDataDirs);

async function start(options?: Parameters<typeof startDaemon>[0]): Promise<Daemon> {
  const daemon = await startDaemon(options);
  started.push(daemon);
  return daemon;
}

/** Runs ttsd that is expected to refuse. */
function refuse(args: string[], env: Record<string, string> = {}, uid?: number) {
  return new Promise<{ code: number | null; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, [TTSD, ...args], {
      env: { ...getBareEnv(), TTSD_PORT: '0', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.once('exit', (code) => {
      expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
      resolve({ code, stderr });
    });
  });
}

test('a wrong key in config.yaml is named, exit 78', async () => {
  const dataDir = await makeDataDir();
  const config = join(dataDir, 'config.yaml');
  writeFileSync(config, 'job_queue:\n  job_ttl_hour: 3\n');
  const { code, stderr } = await refuse(['--config', config, '--data-dir', dataDir]);
  expect(code).toBe(78);
  expect(stderr).toMatch(/^ttsd: .*unknown key job_queue\.job_ttl_hour\. Did you mean job_ttl_hours\?/);
});

test('a voice in config.yaml that does not exist is named', async () => {
  const dataDir = await makeDataDir();
  const config = join(dataDir, 'config.yaml');
  writeFileSync(config, 'tts_engine:\n  default_voice_id: hart\n');
  const { code, stderr } = await refuse(['--config', config, '--data-dir', dataDir]);
  expect(code).toBe(78);
  expect(stderr).toMatch(/tts_engine\.default_voice_id.*hart/);
});

test('a port that is taken is named, exit 69', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  const { code, stderr } = await refuse(['--port', String(port), '--data-dir', await makeDataDir()]);
  other.close();
  expect(code).toBe(69);
  expect(stderr).toMatch(new RegExp(`Port ${port} .*--port`));
});

test('an address open to other machines needs it said in so many words, exit 78', async () => {
  const { code, stderr } = await refuse(['--host', '0.0.0.0', '--data-dir', await makeDataDir()]);
  expect(code).toBe(78);
  expect(stderr).toContain('server.allow_remote_without_key');
  expect(stderr).toContain('tts daemon key new');
});

test('a host or origin in config.yaml that no request could name is said, exit 78', async () => {
  const dataDir = await makeDataDir();
  const config = join(dataDir, 'config.yaml');
  writeFileSync(
    config,
    'server:\n  allowed_hosts: ["http://tts.example.org"]\n  allowed_origins: ["https://app.example.org/"]\n',
  );
  const { code, stderr } = await refuse(['--config', config, '--data-dir', dataDir]);
  expect(code).toBe(78);
  expect(stderr).toMatch(
    /server\.allowed_hosts: expected a host name.*server\.allowed_origins: expected an origin/s,
  );
});

test('a socket path of over 107 bytes is refused, exit 78', async () => {
  const { code, stderr } = await refuse(['--data-dir', join(await makeDataDir(), 'd'.repeat(100))]);
  expect(code).toBe(78);
  expect(stderr).toMatch(/socket path has \d+ bytes.*--socket/s);
});

test('a second daemon on the same data directory is refused, exit 69', async () => {
  const daemon = await start();
  const { code, stderr } = await refuse(['--data-dir', daemon.dataDir]);
  expect(code).toBe(69);
  expect(stderr).toContain(daemon.dataDir);
  expect((await daemon.call('GET', '/livez')).status).toBe(200);
});

test.skipIf(process.getuid?.() !== 0)(
  'a data directory owned by somebody else is refused, exit 78 (needs root to play somebody else)',
  async () => {
    const dataDir = await makeDataDir();
    const { code, stderr } = await refuse(['--data-dir', dataDir], {}, NOBODY);
    expect(code).toBe(78);
    expect(stderr).toContain(dataDir);
    expect(stderr).toMatch(/--data-dir|TTSD_DATA_DIR/);
  },
);

test('a file that is not a database is left as it is, exit 69', async () => {
  const dataDir = await makeDataDir();
  const database = join(dataDir, 'ttsd.db');
  const content = 'This is not a database. '.repeat(1000);
  writeFileSync(database, content);
  const { code, stderr } = await refuse(['--data-dir', dataDir]);
  expect(code).toBe(69);
  expect(stderr).toContain(database);
  expect(await readFile(database, 'utf8')).toBe(content);
});

test('a database of a newer version is left as it is, exit 69', async () => {
  const dataDir = await makeDataDir();
  await (await start({ dataDir })).stop();
  const database = new DatabaseSync(join(dataDir, 'ttsd.db'));
  database.exec('PRAGMA user_version = 9999');
  database.close();
  const { code, stderr } = await refuse(['--data-dir', dataDir]);
  expect(code).toBe(69);
  expect(stderr).toMatch(/version 9999, this ttsd knows up to \d+\. Use the newer ttsd/);
});

test('the socket can be reached by its owner alone, and the data directory too', async () => {
  const { endpoint, dataDir } = await start();
  expect(((await stat(endpoint.socket)).mode & 0o777).toString(8)).toBe('600');
  expect(((await stat(join(endpoint.socket, '..'))).mode & 0o777).toString(8)).toBe('700');
  expect(((await stat(join(dataDir, 'ttsd.db'))).mode & 0o077).toString(8)).toBe('0');
});

test('SIGTERM ends it with 0 and leaves no socket and no endpoint behind', async () => {
  const daemon = await start();
  expect(await daemon.stop('SIGTERM')).toBe(0);
  await expect(stat(daemon.endpoint.socket)).rejects.toThrow('ENOENT');
  await expect(stat(join(daemon.dataDir, 'endpoint.json'))).rejects.toThrow('ENOENT');
});

test('a directory with a space and an umlaut is as good as any', async () => {
  const dataDir = join(await makeDataDir(), 'my däta');
  mkdirSync(dataDir);
  const daemon = await start({ dataDir });
  expect((await daemon.call('GET', '/readyz')).json()).toEqual({ ready: true, reason: null });
});

test('a data directory where nothing can be made is refused, exit 78', async () => {
  const { code, stderr } = await refuse(['--data-dir', '/proc/nowhere/ttsd']);
  expect(code).toBe(78);
  expect(stderr).toContain('/proc/nowhere/ttsd cannot be created');
});
