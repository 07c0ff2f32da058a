// Which API key a request carries, if any: itself, or the cookie of a browser that has shown it. Keys come and go while the daemon runs: their directory is looked at each time.
import { timingSafeEqual } from 'node:crypto';
import { statSync } from 'node:fs';
import type { FastifyRequest } from 'fastify';
import { getKeysDir, hashKey, listKeys, touchKey } from '../../api/key-files.ts';
import { readCookie, Sessions } from './sessions.ts';

/** A directory that changed this shortly before it was read may change again without showing it: clocks of file systems are coarse. */
const SETTLED_MS = 100;
/** The time of last use is written again only when it is older than this. */
const TOUCH_INTERVAL_MS = 3_600_000;

interface KnownKey {
  id: string;
  hash: Buffer;
  usedAt: number;
}

export class KeyRing {
  readonly #dataDir: string;
  readonly #sessions: Sessions;
  #keys: KnownKey[] = [];
  #readAt = 0;
  #changedAt = -1;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
    this.#sessions = new Sessions(dataDir);
  }

  /**
   * The id of the key in `Authorization: Bearer`, `X-API-Key` or a cookie that stands for it; null when there is none, or one that
   * is not ours.
   */
  identify(request: FastifyRequest): string | null {
    const key = readKey(request.headers);
    const match = key === undefined ? this.#findByCookie(request) : this.#find(key);
    if (match === undefined) return null;
    this.#noteUse(match);
    return match.id;
  }

  /** A cookie for whoever has shown the key; null when it is none of ours. */
  openSession(key: string): { keyId: string; cookie: string } | null {
    const match = this.#find(key);
    return match === undefined
      ? null
      : { keyId: match.id, cookie: this.#sessions.open(match.id, match.hash, Date.now()) };
  }

  #find(key: string): KnownKey | undefined {
    this.#refresh();
    const hash = hashKey(key);
    // All are compared, each in constant time: how long it takes says nothing about them.
    return this.#keys.filter((known) => timingSafeEqual(known.hash, hash))[0];
  }

  /** Browsers add the cookie to whatever a page asks: only our own page may, not one of another port of this host. */
  #findByCookie(request: FastifyRequest): KnownKey | undefined {
    const { origin, host, 'sec-fetch-site': site = 'same-origin' } = request.headers;
    if (site !== 'same-origin' && site !== 'none') return undefined;
    if (origin !== undefined && URL.parse(origin)?.host !== host?.toLowerCase()) return undefined;
    const cookie = readCookie(request);
    if (cookie === undefined) return undefined;
    this.#refresh();
    const named = this.#keys.find(({ id }) => id === this.#sessions.readKeyId(cookie));
    return named && this.#sessions.check(cookie, named.hash, Date.now()) ? named : undefined;
  }

  #refresh(): void {
    const changedAt = statSync(getKeysDir(this.#dataDir), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changedAt === this.#changedAt && changedAt < this.#readAt - SETTLED_MS) return;
    this.#readAt = Date.now();
    this.#changedAt = changedAt;
    this.#keys = listKeys(this.#dataDir).map(({ id, sha256, usedAt }) => ({
      id,
      hash: Buffer.from(sha256, 'hex'),
      usedAt: usedAt ?? 0,
    }));
  }

  #noteUse(key: KnownKey): void {
    const now = Date.now();
    if (now - key.usedAt < TOUCH_INTERVAL_MS) return;
    key.usedAt = now;
    try {
      touchKey(this.#dataDir, key.id, now);
    } catch {
      // Revoked just now, or a disk that takes no writes: the request is not to suffer.
    }
  }
}

function readKey(headers: FastifyRequest['headers']): string | undefined {
  const bearer = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const own = headers['x-api-key'];
  return bearer ?? (typeof own === 'string' && own !== '' ? own.trim() : undefined);
}
