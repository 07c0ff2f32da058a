// Servers from Debian's packages, run in a directory of their own on Unix sockets, and gone when the benchmark is.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../../test/helpers/wait-for.ts';

export interface Server {
  /** Redis: the socket; PostgreSQL: the directory it is in. */
  socket: string;
  version: string;
  stop(): Promise<void>;
}

/** Undefined where Debian's redis-server is not installed. */
export async function startRedis(dir: string): Promise<Server | undefined> {
  const found = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  if (found.status !== 0) return undefined;
  mkdirSync(dir);
  const socket = join(dir, 'redis.sock');
  const settings = {
    port: '0',
    unixsocket: socket,
    dir,
    appendonly: 'yes',
    appendfsync: 'always',
    save: '',
    'maxmemory-policy': 'noeviction',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const stop = run('redis-server', args, {}, 'SIGTERM');
  await waitFor('redis-server', async () => existsSync(socket) || undefined);
  return { socket, version: /v=(\S+)/.exec(found.stdout)![1]!, stop };
}

/** Undefined where Debian's postgresql is not installed. */
export async function startPostgres(dir: string): Promise<Server | undefined> {
  const bin = findPostgres();
  if (bin === undefined) return undefined;
  mkdirSync(dir);
  // It refuses to run as root.
  const user = process.getuid!() === 0 ? findUser('postgres') : undefined;
  if (user) chownSync(dir, user.uid, user.gid);
  const data = join(dir, 'data');
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'bench', '-A', 'trust'], {
    ...user,
    cwd: dir,
    stdio: 'ignore',
  });
  // All else as Debian sets it up: fsync on, a commit waits for the disk.
  const stop = run(
    join(bin, 'postgres'),
    ['-D', data, '-k', dir, '-c', 'listen_addresses='],
    { ...user, cwd: dir },
    'SIGINT',
  );
  const isReady = join(bin, 'pg_isready');
  await waitFor('postgres', async () => spawnSync(isReady, ['-h', dir]).status === 0 || undefined);
  const version = execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' });
  return { socket: dir, version: /[\d.]+/.exec(version)![0], stop };
}

function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return undefined;
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return newest.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

function findUser(name: string): { uid: number; gid: number } {
  const ask = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: ask('-u'), gid: ask('-g') };
}

function run(
  command: string,
  args: readonly string[],
  options: { uid?: number; gid?: number; cwd?: string },
  stopSignal: NodeJS.Signals,
): () => Promise<void> {
  const child: ChildProcess = spawn(command, args, { ...options, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => resolve()).once('error', () => resolve()),
  );
  // Also when the benchmark is stopped half way.
  const kill = () => child.kill(stopSignal);
  const leave = () => process.exit(1);
  process.once('exit', kill);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
  return async () => {
    kill();
    await ended;
    process.off('exit', kill);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, leave);
  };
}
