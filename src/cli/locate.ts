// Where the daemon may be listening, and which of those places answers.
import { checkSocketPath, getDataDir, getEndpointFile, listSocketPaths } from '../api/endpoint.ts';
import { TtsError } from '../api/errors.ts';

// Imported, these two would load their lazy parts as well: a third of the time of `tts status`.
const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
const { connect } = process.getBuiltinModule('node:net');

export type Address = { kind: 'unix'; path: string } | { kind: 'tcp'; origin: string };

/** `unix:///run/ttsd.sock` or `http://host:8004`. */
export function parseHost(host: string): Address {
  if (host.startsWith('unix://')) {
    const path = host.slice('unix://'.length);
    if (!path.startsWith('/')) throw badHost(host);
    checkSocketPath(path);
    return { kind: 'unix', path };
  }
  if (!/^https?:\/\//.test(host) || !URL.canParse(host)) throw badHost(host);
  return { kind: 'tcp', origin: new URL(host).origin };
}

/** The data directory; without a home there is none, and the user has to name one. */
export function findDataDir(): string {
  try {
    return getDataDir(process.env);
  } catch (cause) {
    throw new TtsError(
      'data_dir_unusable',
      'There is no home directory to keep data in. Set HOME or TTSD_DATA_DIR to a folder you own.',
      { cause },
    );
  }
}

/** The socket of a running daemon; undefined when none accepts a connection. */
export async function findSocket(): Promise<Address | undefined> {
  for (const path of listSockets()) {
    if (existsSync(path) && (await canConnect(path))) return { kind: 'unix', path };
  }
  return undefined;
}

function listSockets(): string[] {
  const dataDir = findDataDir();
  const { socket } = readEndpoint(getEndpointFile(dataDir));
  return [...new Set([...(socket ? [socket] : []), ...listSocketPaths(process.env, dataDir)])];
}

/** What the daemon left about itself; empty when it never ran or the file is being replaced. */
export function readEndpoint(file: string): { socket?: string; http?: string } {
  try {
    const { socket, http } = JSON.parse(readFileSync(file, 'utf8'));
    return { ...(typeof socket === 'string' && { socket }), ...(typeof http === 'string' && { http }) };
  } catch {
    return {};
  }
}

function canConnect(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path);
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

function badHost(host: string): TtsError {
  return new TtsError('usage', `--host: expected unix:///path/to/socket or http://host:port, got "${host}".`);
}
