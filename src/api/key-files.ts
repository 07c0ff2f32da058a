// API keys, each a small file in the data directory: command line and daemon need no lock and no running daemon to share
// them. A file is there whole or not at all; its mtime is when the key was last used.
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { TtsError } from './errors.ts';
import { makeDirectory } from './make-directory.ts';

export interface ApiKey {
  /** Eight hex digits, drawn apart from the key itself. */
  id: string;
  name: string;
  /** Hex SHA-256 of the key. The key has 256 random bits, so that nobody can try them out: a slow hash would add nothing. */
  sha256: string;
  /** Unix milliseconds. */
  createdAt: number;
  /** Unix milliseconds, an hour exact at best; null before the first use. */
  usedAt: number | null;
}

const SUFFIX = '.json';
const MAX_NAME_CHARS = 100;

export function getKeysDir(dataDir: string): string {
  return join(dataDir, 'keys');
}

export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Makes a key and answers it: it is kept nowhere, only its hash is. Throws `usage` for a name that is taken or empty. */
export function createKey(dataDir: string, name: string, now: number): { key: string; made: ApiKey } {
  if (name.trim() === '' || name.length > MAX_NAME_CHARS || /\p{Cc}/u.test(name)) {
    throw new TtsError('usage', `A key's name has 1 to ${MAX_NAME_CHARS} visible characters.`);
  }
  const taken = listKeys(dataDir).find((known) => known.name === name);
  if (taken) {
    throw new TtsError('usage', `There is a key named "${name}" already (${taken.id}). Choose another name.`);
  }
  // A prefix by which people and scanners for leaked secrets know it.
  const key = `tts_${randomBytes(32).toString('base64url')}`;
  const id = randomBytes(4).toString('hex');
  const made = { id, name, sha256: hashKey(key).toString('hex'), createdAt: now, usedAt: null };
  writeKey(getKeysDir(dataDir), made);
  return { key, made };
}

/** Oldest first. A file that holds no key is left alone. */
export function listKeys(dataDir: string): ApiKey[] {
  const dir = getKeysDir(dataDir);
  return readNames(dir)
    .filter((file) => /^[0-9a-f]{8}\.json$/.test(file))
    .flatMap((file) => readKey(join(dir, file)) ?? [])
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
}

/** False when somebody else was quicker. */
export function removeKey(dataDir: string, id: string): boolean {
  const dir = getKeysDir(dataDir);
  try {
    rmSync(join(dir, id + SUFFIX));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  sync(dir);
  return true;
}

/** Remembers that a key was used. */
export function touchKey(dataDir: string, id: string, now: number): void {
  utimesSync(join(getKeysDir(dataDir), id + SUFFIX), now / 1000, now / 1000);
}

function writeKey(dir: string, { id, name, sha256, createdAt }: ApiKey): void {
  for (const made of makeDirectory(dir)) sync(dirname(made));
  const temporary = join(dir, `${id}.tmp`);
  const handle = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(
      handle,
      `${JSON.stringify({ id, name, sha256, created_at: new Date(createdAt).toISOString() })}\n`,
    );
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  try {
    utimesSync(temporary, createdAt / 1000, createdAt / 1000);
    // Unlike a rename it fails where there is such a file.
    linkSync(temporary, join(dir, id + SUFFIX));
  } finally {
    rmSync(temporary);
  }
  sync(dir);
}

function readKey(path: string): ApiKey | undefined {
  try {
    const { id, name, sha256, created_at } = JSON.parse(readFileSync(path, 'utf8')) as Record<
      string,
      unknown
    >;
    if (typeof id !== 'string' || typeof name !== 'string' || typeof created_at !== 'string')
      return undefined;
    if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
    const createdAt = Date.parse(created_at);
    const usedAt = Math.round(statSync(path).mtimeMs);
    return { id, name, sha256, createdAt, usedAt: usedAt > createdAt ? usedAt : null };
  } catch (error) {
    // Revoked since the list was read, or not of ours.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readNames(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Makes a name added or removed survive a power cut. */
function sync(dir: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(dir, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
