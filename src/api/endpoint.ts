// Where the daemon keeps its things and where it listens: the one answer for daemon and command line.
import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { TtsError } from './errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Longest socket path in bytes; Node cuts a longer one silently. */
const MAX_SOCKET_BYTES = process.platform === 'darwin' ? 103 : 107;

export function getDataDir(env: Env, flag?: string): string {
  return resolve(flag || env.TTSD_DATA_DIR || join(getBaseDir(env, 'data'), 'ttsd'));
}

export function getConfigFile(env: Env, flag?: string): string {
  return resolve(flag || env.TTSD_CONFIG || join(getBaseDir(env, 'config'), 'ttsd', 'config.yaml'));
}

/** Where the daemon leaves its addresses for programs that look for it. */
export function getEndpointFile(dataDir: string): string {
  return join(dataDir, 'endpoint.json');
}

export function getLogFile(dataDir: string): string {
  return join(dataDir, 'logs', 'ttsd.log');
}

/**
 * Sockets to try, best first. cron has no XDG_RUNTIME_DIR, so the usual place of it is tried as well.
 * A daemon with a data directory of its own keeps its socket there, so that two daemons never share one.
 */
export function listSocketPaths(env: Env, dataDir: string): string[] {
  const own = join(dataDir, 'run', 'ttsd.sock');
  if (dataDir !== getDataDir({ ...env, TTSD_DATA_DIR: undefined })) return [own];
  const uid = process.getuid?.();
  return [
    ...(env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, 'ttsd', 'ttsd.sock')] : []),
    ...(uid === undefined ? [] : [join('/run/user', String(uid), 'ttsd', 'ttsd.sock')]),
    own,
  ].filter((path, index, all) => all.indexOf(path) === index);
}

export function checkSocketPath(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes <= MAX_SOCKET_BYTES) return;
  throw new TtsError(
    'socket_path_too_long',
    `The socket path has ${bytes} bytes, the system allows ${MAX_SOCKET_BYTES}: ${path}. Choose a shorter one with --socket or a shorter --data-dir.`,
  );
}

function getBaseDir(env: Env, kind: 'data' | 'config'): string {
  const home = env.HOME || homedir() || userInfo().homedir;
  const xdg = kind === 'data' ? env.XDG_DATA_HOME : env.XDG_CONFIG_HOME;
  if (xdg) return xdg;
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support');
  if (process.platform === 'win32') return env.LOCALAPPDATA || join(home, 'AppData', 'Local');
  return kind === 'data' ? join(home, '.local', 'share') : join(home, '.config');
}
