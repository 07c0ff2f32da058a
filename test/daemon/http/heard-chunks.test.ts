import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openHeardChunks } from '../../../src/daemon/http/heard-chunks.ts';
import type { StoredChunk } from '../../../src/daemon/inference/chunk-file.ts';
import { type ChunkStore, openChunkStore } from '../../../src/daemon/inference/chunk-store.ts';

async function openStore(): Promise<ChunkStore> {
  const dir = await mkdtemp(join(tmpdir(), 'ttsd-heard-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return openChunkStore(dir, { onDamage: () => {} });
}

function makeChunk(bytes: number): StoredChunk {
  return { pcm: Buffer.alloc(bytes, 1), sampleRateHz: 24_000, words: [], warnings: [] };
}

test('listeners at the same place have one copy of a chunk, and one that comes later is found', async () => {
  const store = await openStore();
  const heard = openHeardChunks(store);
  const key = 'a'.repeat(64);
  expect(await heard.read(key)).toBeUndefined();
  const chunk = makeChunk(4);
  await store.write(key, chunk);
  const [one, another] = await Promise.all([heard.read(key), heard.read(key)]);
  expect(one).toEqual(chunk);
  expect(another).toBe(one);
  expect(await heard.read(key)).toBe(one);
});

test('more than it may keep is found all the same, by all who ask at once', async () => {
  const store = await openStore();
  const heard = openHeardChunks(store);
  const keys = Array.from({ length: 20 }, (_, index) => index.toString(16).padStart(64, '0'));
  for (const key of keys) await store.write(key, makeChunk(1024 * 1024));
  const found = await Promise.all([...keys, ...keys].map((key) => heard.read(key)));
  expect(found.map((chunk) => chunk?.pcm.length)).toEqual(Array(40).fill(1024 * 1024));
});
