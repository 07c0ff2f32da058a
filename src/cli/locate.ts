// Where the daemon may be listening, and which of those places answers.
import { checkSocketPath, getDataDir, getEndpointFile, listSocketPaths } from '../api/endpoint.ts';
import { TtsError } from '../api/errors.ts';

// Imported, these two would load their lazy parts as well: a third of the time of `tts status`.
const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
const { connect } = process.getBuiltinModule('node:net');

export type Address = { kind: 'unix'; path: string } | { kind: 'tcp'; origin: string };

const PROBE_TIMEOUT_MS = 2000;

/** The path of the socket; null for a daemon that answers on its port alone. */
export function getSocket(address: Address): string | null {
  return address.kind === 'unix' ? address.path : null;
}

/** For messages. */
export function nameAddress(address: Address): string {
  return address.kind === 'unix' ? address.path : address.origin;
}

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

/** Where the daemon of this machine answers, its socket before its port; undefined when it does nowhere. */
export async function findLocal(): Promise<Address | undefined> {
  const dataDir = findDataDir();
  const endpoint = readEndpoint(dataDir);
  const own = endpoint.socket ? [endpoint.socket] : [];
  for (const path of new Set([...own, ...listSocketPaths(process.env, dataDir)])) {
    if (existsSync(path) && (await canConnect(path))) return { kind: 'unix', path };
  }
  return findByPort(endpoint);
}

interface Endpoint {
  socket?: string;
  http?: string;
  boot_id?: string;
}

/** What the daemon left about itself; empty when it never ran or the file is being replaced. */
export function readEndpoint(dataDir: string): Endpoint {
  try {
    const found: Record<string, unknown> = JSON.parse(readFileSync(getEndpointFile(dataDir), 'utf8'));
    const known = ['socket', 'http', 'boot_id'].filter((key) => typeof found[key] === 'string');
    return Object.fromEntries(known.map((key) => [key, found[key]]));
  } catch {
    return {};
  }
}

/** Something may have removed the socket of a daemon that runs. Its boot id tells it from another program on its port. */
async function findByPort({ http, boot_id: bootId }: Endpoint): Promise<Address | undefined> {
  if (!http || !bootId || !URL.canParse(http)) return undefined;
  const { getRaw } = await import('./local-get.ts');
  const address: Address = { kind: 'tcp', origin: http };
  try {
    const { body } = await getRaw(address, '/v1/version', PROBE_TIMEOUT_MS);
    return JSON.parse(body).boot_id === bootId ? address : undefined;
  } catch {
    return undefined;
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
  const meant = /^[\w.-]+(?::\d+)?$/.test(host) ? ` Did you mean http://${host}?` : '';
  return new TtsError(
    'usage',
    `--host: expected unix:///path/to/socket or http://host:port, got "${host}".${meant}`,
  );
}
