// Opens the daemon's two doors, TCP and Unix socket, and leaves a note of where they are.

import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { open, rename, unlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { checkSocketPath, getEndpointFile, listSocketPaths } from '../api/endpoint.ts';
import { TtsError } from '../api/errors.ts';
import { listKeys } from '../api/key-files.ts';
import { makeDirectory } from '../api/make-directory.ts';
import type { Config } from './config.ts';
import type { App } from './http/context.ts';
import { isLoopback } from './http/guards.ts';

/** Throws `config_invalid` before anything is opened when the address would be open to strangers. */
export function checkAddress({ server, dataDir }: Pick<Config, 'server' | 'dataDir'>): void {
  if (isLoopback(server.host) || server.allow_remote_without_key || listKeys(dataDir).length > 0) return;
  throw new TtsError(
    'config_invalid',
    `server.host ${server.host} is open to other machines, and there is no API key. Make one with: tts daemon key new NAME. Or use 127.0.0.1, or set server.allow_remote_without_key: true in config.yaml if everyone on that network may use it.`,
  );
}

/** How long whoever has our port may take to say who it is. */
const WHO_IS_THERE_MS = 1000;

/** Answers the port that is really in use; `given` is a socket that listens already. Throws `port_in_use` or `config_invalid`. */
export async function listenTcp(app: App, { server }: Config, given?: number): Promise<number> {
  try {
    if (given !== undefined) await listenOn(app, given);
    else await app.listen({ host: server.host, port: server.port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new TtsError(
        'port_in_use',
        `Port ${server.port} on ${server.host} is taken by ${await nameListener(server)}. Stop it, or choose another with --port (0 lets the system choose).`,
        { cause },
      );
    }
    throw new TtsError(
      'config_invalid',
      `Cannot listen on ${server.host}:${server.port} (${code}). Check server.host and server.port.`,
      { cause },
    );
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : server.port;
}

/** Who has our port, as far as it says so. */
async function nameListener({ host, port }: Config['server']): Promise<string> {
  const address = host.includes(':') ? `[${host}]` : host;
  try {
    const signal = AbortSignal.timeout(WHO_IS_THERE_MS);
    const reply = await fetch(`http://${address}:${port}/v1/version`, { signal });
    const { pid, boot_id } = (await reply.json()) as { pid?: number; boot_id?: string };
    if (boot_id !== undefined) return `another ttsd (process ${pid}), which has another data directory`;
  } catch {
    // Not one of ours.
  }
  return 'another program';
}

/** Listens on `given`, else on the first socket path that can be used; only this user can reach it. */
export async function listenUnix(app: App, config: Config, given?: number): Promise<string> {
  const own = listSocketPaths(process.env, config.dataDir);
  const candidates = config.socket === null ? own : [config.socket];
  if (given !== undefined) {
    await listenOn(app, given);
    // Node does not know the name of a socket that somebody else has bound.
    return candidates.find((path) => existsSync(path)) ?? candidates.at(-1)!;
  }
  for (const [index, path] of candidates.entries()) {
    const isLast = index === candidates.length - 1;
    try {
      checkSocketPath(path);
      await prepareSocket(path, { mayMakeBase: isLast });
      const before = process.umask(0o177);
      try {
        await app.listen({ path });
      } finally {
        process.umask(before);
      }
      return path;
    } catch (error) {
      if (isLast) throw error instanceof TtsError ? error : cannotListen(path, error);
    }
  }
  throw new Error('no socket path to try');
}

/** Not by way of Fastify, which wants to log an address that such a socket has not. */
async function listenOn(app: App, fd: number): Promise<void> {
  await app.ready();
  const listening = once(app.server, 'listening');
  app.server.listen({ fd });
  await listening;
}

/** Written whole and renamed, so that nobody reads half of it. */
export async function writeEndpoint(dataDir: string, endpoint: Record<string, unknown>): Promise<void> {
  const path = getEndpointFile(dataDir);
  await writeFile(`${path}.tmp`, `${JSON.stringify(endpoint)}\n`, { mode: 0o600 });
  await rename(`${path}.tmp`, path);
}

async function prepareSocket(path: string, { mayMakeBase }: { mayMakeBase: boolean }): Promise<void> {
  const dir = dirname(path);
  // A runtime directory is made by the system at login, or is not there at all: never by us.
  if (!mayMakeBase) statSync(dirname(dir));
  makeDirectory(dir);
  if (await isAnswered(path)) throw new TtsError('already_running', `Another ttsd listens on ${path}.`);
  await unlink(path).catch(() => {});
  await (await open(dir, 'r')).close();
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function cannotListen(path: string, cause: unknown): TtsError {
  const { code } = cause as NodeJS.ErrnoException;
  return new TtsError(
    'data_dir_unusable',
    `Cannot listen on the socket ${path} (${code}). Choose another with --socket.`,
    { cause },
  );
}
