// Signed-in browsers: an `<audio>` element, an EventSource or a download can send no key, but sends a cookie. It names the key
// it was made with and holds good for as long as that key does; other programs of the same host that see it never see the key.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyRequest } from 'fastify';
import { getKeysDir } from '../../api/key-files.ts';

export const SESSION_SEC = 90 * 24 * 3600;
const SECRET_BYTES = 32;

/** Cookies do not tell ports apart: two daemons of one machine would sign each other out. */
export function nameCookie({ raw }: FastifyRequest): string {
  return `ttsd_session_${raw.socket.localPort ?? 0}`;
}

export function readCookie(request: FastifyRequest): string | undefined {
  const name = `${nameCookie(request)}=`;
  return request.headers.cookie
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(name))
    ?.slice(name.length);
}

export class Sessions {
  readonly #dataDir: string;
  #secret: Buffer | undefined;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** The value of a cookie for whoever has shown the key. `hash`: the key's. */
  open(keyId: string, hash: Buffer, now: number): string {
    const ends = Math.floor(now / 1000) + SESSION_SEC;
    return `${keyId}.${ends}.${this.#sign(keyId, ends, hash)}`;
  }

  /** The id of the key that a cookie names, before anything is checked. */
  readKeyId(cookie: string): string {
    return cookie.split('.')[0]!;
  }

  check(cookie: string, hash: Buffer, now: number): boolean {
    const [keyId = '', ends = '', signature = ''] = cookie.split('.');
    if (!/^\d{1,12}$/.test(ends) || Number(ends) * 1000 < now) return false;
    const right = Buffer.from(this.#sign(keyId, Number(ends), hash));
    const found = Buffer.from(signature);
    return found.length === right.length && timingSafeEqual(found, right);
  }

  #sign(keyId: string, ends: number, hash: Buffer): string {
    this.#secret ??= readSecret(join(getKeysDir(this.#dataDir), 'session.secret'));
    return createHmac('sha256', this.#secret).update(`${keyId}.${ends}.`).update(hash).digest('base64url');
  }
}

/** Drawn at the first need. There is a directory by then: somebody has a key. */
function readSecret(path: string): Buffer {
  try {
    writeFileSync(path, randomBytes(SECRET_BYTES), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = readFileSync(path);
  if (secret.length === SECRET_BYTES) return secret;
  // A crash cut it short: whoever was signed in signs in again.
  writeFileSync(path, randomBytes(SECRET_BYTES), { mode: 0o600 });
  return readFileSync(path);
}
