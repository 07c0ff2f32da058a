import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openHeardChunks } from '../../../src/daemon/http/heard-chunks.ts';
import { openChunkStore } from '../../../src/daemon/inference/chunk-store.ts';

test('listeners at the same place have one copy of a chunk, and one that comes later is found', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ttsd-heard-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const store = await openChunkStore(dir, { onDamage: () => {} });
  const heard = openHeardChunks(store);
  const key = 'a'.repeat(64);
  expect(await heard.read(key)).toBeUndefined();
  const chunk = { pcm: Buffer.from([1, 2, 3, 4]), sampleRateHz: 24_000, words: [], warnings: [] };
  await store.write(key, chunk);
  const [one, another] = await Promise.all([heard.read(key), heard.read(key)]);
  expect(one).toEqual(chunk);
  expect(another).toBe(one);
  expect(await heard.read(key)).toBe(one);
});
