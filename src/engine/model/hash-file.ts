// Size and checksum of a file of any size, read once.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { ModelFile } from './manifest.ts';

const PIECE_BYTES = 1024 * 1024;

/** Lower case hex of each algorithm, in order. */
export async function hashFile(
  path: string,
  algorithms: readonly ('sha256' | 'md5')[],
  { signal }: { signal?: AbortSignal } = {},
): Promise<string[]> {
  const hashes = algorithms.map((algorithm) => createHash(algorithm));
  const stream = createReadStream(path, { highWaterMark: PIECE_BYTES, ...(signal && { signal }) });
  for await (const piece of stream as AsyncIterable<Buffer>) {
    for (const hash of hashes) hash.update(piece);
  }
  return hashes.map((hash) => hash.digest('hex'));
}

/** What differs from the manifest, for the end of a sentence; undefined when nothing does. */
export function describeMismatch(
  expected: Pick<ModelFile, 'sha256' | 'md5'>,
  { sha256, md5 }: { sha256: string; md5: string },
): string | undefined {
  if (expected.sha256 !== null && expected.sha256 !== sha256)
    return `its SHA-256 is ${sha256}, expected ${expected.sha256}`;
  if (expected.md5 !== null && expected.md5 !== md5) return `its MD5 is ${md5}, expected ${expected.md5}`;
  return undefined;
}
