// What the model heard in clips, kept in files: computing it takes seconds, reading it a millisecond.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Voice } from './graphs.ts';

/** Raised whenever the files change; others of the old kind are then made anew. */
const FORMAT_VERSION = 1;
const EXTENSION = '.voice';
/** The longest unused go first. A voice takes up to 2 MB. */
const MOST_FILES = 64;
const SHA256_BYTES = 32;
const COUNTS_BYTES = 16;

export interface VoiceCache {
  /** Undefined when it is not there, or damaged. */
  find(key: string): Promise<Voice | undefined>;
  /** A cache that cannot be written keeps nothing; nothing else suffers. */
  keep(key: string, voice: Voice): Promise<void>;
}

/** The name of a file: the clip's SHA-256, so that what is kept of a clip can go with it, and whatever else changes the outcome. */
export function nameVoice(clipSha256: string, parts: readonly (string | number)[]): string {
  const others = createHash('sha256').update(JSON.stringify([FORMAT_VERSION, ...parts]));
  return `${clipSha256}-${others.digest('hex').slice(0, 16)}`;
}

export function openVoiceCache(dir: string): VoiceCache {
  const toPath = (key: string) => join(dir, `${key}${EXTENSION}`);
  return {
    async find(key) {
      const path = toPath(key);
      const bytes = await readFile(path).catch(() => undefined);
      if (bytes === undefined) return undefined;
      const voice = decode(bytes);
      if (voice === undefined) await rm(path, { force: true });
      else {
        const now = new Date();
        await utimes(path, now, now).catch(() => {});
      }
      return voice;
    },
    async keep(key, voice) {
      const part = join(dir, `.${randomUUID()}.part`);
      try {
        await mkdir(dir, { recursive: true });
        await writeFile(part, encode(voice));
        await rename(part, toPath(key));
        await dropOldest(dir);
      } catch {
        await rm(part, { force: true }).catch(() => {});
      }
    },
  };
}

async function dropOldest(dir: string): Promise<void> {
  const names = (await readdir(dir)).filter((name) => name.endsWith(EXTENSION));
  if (names.length <= MOST_FILES) return;
  const files = await Promise.all(
    names.map(async (name) => ({ path: join(dir, name), usedMs: (await stat(join(dir, name))).mtimeMs })),
  );
  files.sort((a, b) => a.usedMs - b.usedMs);
  for (const { path } of files.slice(0, files.length - MOST_FILES)) await rm(path, { force: true });
}

/** The SHA-256 of the rest, how many values each part has, the parts. */
function encode({ features, tokens, speaker, mel }: Voice): Buffer {
  const parts = [features, tokens, speaker, mel];
  const counts = Uint32Array.from(parts, ({ length }) => length);
  const body = Buffer.concat(
    [counts, ...parts].map(({ buffer, byteOffset, byteLength }) =>
      Buffer.from(buffer, byteOffset, byteLength),
    ),
  );
  return Buffer.concat([createHash('sha256').update(body).digest(), body]);
}

function decode(bytes: Buffer): Voice | undefined {
  const body = bytes.subarray(SHA256_BYTES);
  const isWhole = createHash('sha256').update(body).digest().equals(bytes.subarray(0, SHA256_BYTES));
  if (!isWhole || body.length < COUNTS_BYTES) return undefined;
  // A copy, since typed arrays want their values aligned.
  const values = Uint8Array.from(body).buffer;
  let at = COUNTS_BYTES;
  const [features, tokens, speaker, mel] = [...new Uint32Array(values, 0, 4)].map((count) => {
    const start = at;
    at += count * 4;
    return { start, count };
  });
  if (at !== body.length) return undefined;
  const toFloats = ({ start, count }: { start: number; count: number }) =>
    new Float32Array(values, start, count);
  return {
    features: toFloats(features!),
    tokens: new Int32Array(values, tokens!.start, tokens!.count),
    speaker: toFloats(speaker!),
    mel: toFloats(mel!),
  };
}
