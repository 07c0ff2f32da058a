// A real ttsd from dist/, in a data directory of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { waitFor } from './wait-for.ts';

const TTSD = join(import.meta.dirname, '..', '..', 'bin', 'ttsd.js');

export interface Endpoint {
  socket: string;
  http: string;
  pid: number;
  boot_id: string;
}

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** The body as JSON. */
  json: <T = Record<string, unknown>>() => T;
}

export interface Daemon {
  dataDir: string;
  endpoint: Endpoint;
  child: ChildProcess;
  /** Environment under which `tts` finds this daemon. */
  env: Record<string, string>;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** Sends a signal and resolves with the exit code, or the signal that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

export interface DaemonOptions {
  /** A directory to use, kept afterwards; by default a fresh one that `removeDataDirs` takes away. */
  dataDir?: string;
  config?: string;
  env?: Record<string, string>;
  /** Called at once, so that it can be killed before it is ready. */
  onSpawn?: (child: ChildProcess) => void;
}

const madeDirs: string[] = [];

export async function makeDataDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'ttsd-test-'));
  madeDirs.push(dir);
  return dir;
}

export async function removeDataDirs(): Promise<void> {
  for (const dir of madeDirs.splice(0)) await rm(dir, { recursive: true, force: true });
}

/** Starts a daemon on a free port and waits until it answers. */
export async function startDaemon(options: DaemonOptions = {}): Promise<Daemon> {
  const dataDir = options.dataDir ?? (await makeDataDir());
  const env = {
    ...getBareEnv(),
    TTSD_DATA_DIR: dataDir,
    TTSD_PORT: '0',
    ...(options.config === undefined ? {} : { TTSD_CONFIG: options.config }),
    ...options.env,
  };
  const child = spawn(process.execPath, [TTSD], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  options.onSpawn?.(child);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const endpoint = await waitFor('the daemon to be ready', async () => {
    const ended = child.exitCode ?? child.signalCode;
    if (ended !== null) throw new Error(`ttsd ended with ${ended}: ${stderr}`);
    const text = await readFile(join(dataDir, 'endpoint.json'), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const found = JSON.parse(text) as Endpoint;
    return found.pid === child.pid ? found : undefined;
  });
  const agent = new Agent({
    connect: { socketPath: endpoint.socket },
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
  });
  return {
    dataDir,
    endpoint,
    child,
    env,
    async call(method, path, body, headers = {}) {
      const isRaw = typeof body === 'string' || body instanceof Uint8Array;
      const {
        statusCode,
        headers: replied,
        body: stream,
      } = await request(`http://localhost${path}`, {
        method: method as 'GET',
        dispatcher: agent,
        headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
      });
      const bytes = Buffer.from(await stream.arrayBuffer());
      return { status: statusCode, headers: replied, body: bytes, json: () => JSON.parse(bytes.toString()) };
    },
    async stop(signal = 'SIGTERM') {
      await agent.destroy();
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
      const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
        child.once('exit', (code, by) => resolve(code ?? by));
      });
      child.kill(signal);
      return ended;
    },
  };
}

/** Like cron's: nothing of the caller's settings gets in. */
export function getBareEnv(): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: process.env.HOME ?? '/' };
}
