// Which API key a request carries, if any. Keys come and go while the daemon runs: their directory is looked at each time.
import { timingSafeEqual } from 'node:crypto';
import { statSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { getKeysDir, hashKey, listKeys, touchKey } from '../../api/key-files.ts';

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
  #keys: KnownKey[] = [];
  #readAt = 0;
  #changedAt = -1;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** The id of the key in `Authorization: Bearer` or `X-API-Key`; null when there is none, or one that is not ours. */
  identify(headers: IncomingHttpHeaders): string | null {
    const key = readKey(headers);
    if (key === undefined) return null;
    this.#refresh();
    const hash = hashKey(key);
    // All are compared, each in constant time: how long it takes says nothing about them.
    const [match] = this.#keys.filter((known) => timingSafeEqual(known.hash, hash));
    if (match === undefined) return null;
    this.#noteUse(match);
    return match.id;
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

function readKey(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const own = headers['x-api-key'];
  return bearer ?? (typeof own === 'string' && own !== '' ? own.trim() : undefined);
}
