import { expect, test } from 'vitest';
import { type ChunkKeyParts, chunkKey } from '../../../src/daemon/inference/chunk-key.ts';

const parts: ChunkKeyParts = {
  model: 'hibari',
  revision: '1',
  engineVersion: 1,
  speaker: 'f00d',
  params: { speed: 1, temperature: 0.8 },
  seed: 42,
  text: 'Hello.',
};

test('the key is 64 hex characters and does not change from release to release', () => {
  expect(chunkKey(parts)).toBe('10e0377ee727572b2ab33e6397ec0940e3a9502bdf6517641160f8682551a10a');
});

test('the order of parameters does not matter', () => {
  expect(chunkKey({ ...parts, params: { temperature: 0.8, speed: 1 } })).toBe(chunkKey(parts));
});

test('everything the audio depends on changes the key', () => {
  const changes: Partial<ChunkKeyParts>[] = [
    { model: 'kokoro' },
    { revision: '2' },
    { engineVersion: 2 },
    { speaker: 'beef' },
    { params: { speed: 1 } },
    { params: { speed: 1.1, temperature: 0.8 } },
    { seed: 43 },
    { text: 'Hello!' },
    { text: '\ud83d' },
    { text: '\udc4d' },
    { text: '\ufffd' },
    { model: '', revision: 'hibari1' },
  ];
  const keys = [parts, ...changes.map((change) => ({ ...parts, ...change }))].map(chunkKey);
  expect(new Set(keys).size).toBe(keys.length);
});

test.each([NaN, Infinity])('%d has no key', (value) => {
  expect(() => chunkKey({ ...parts, params: { speed: value } })).toThrow('`speed`');
  expect(() => chunkKey({ ...parts, seed: value })).toThrow('`seed`');
});
