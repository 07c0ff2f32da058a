// What listeners read of the chunk store: those who are at about the same place of the same job have one copy between them.
import { LRUCache } from 'lru-cache';
import type { StoredChunk } from '../inference/chunk-file.ts';
import type { ChunkStore } from '../inference/chunk-store.ts';

/** Some 170 s of speech at 24 kHz. */
const MOST_BYTES = 8 * 1024 * 1024;
/** Of an empty chunk, so that these are bounded as well. */
const LEAST_BYTES = 1024;
/** From the last time it was asked for; soon enough that a daemon without listeners has its memory back. */
const KEPT_MS = 10_000;

/** Whoever reads must not write to the audio. */
export function openHeardChunks(chunks: Pick<ChunkStore, 'read'>): Pick<ChunkStore, 'read'> {
  const heard = new LRUCache<string, StoredChunk>({
    maxSize: MOST_BYTES,
    sizeCalculation: ({ pcm }) => Math.max(pcm.length, LEAST_BYTES),
    ttl: KEPT_MS,
    ttlAutopurge: true,
    updateAgeOnGet: true,
    // One that has to give way while it is read is heard all the same.
    ignoreFetchAbort: true,
    fetchMethod: (key) => chunks.read(key),
  });
  return { read: (key) => heard.fetch(key) };
}
