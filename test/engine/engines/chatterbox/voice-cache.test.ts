import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nameVoice, openVoiceCache } from '../../../../src/engine/engines/chatterbox/voice-cache.ts';

const dir = mkdtempSync(join(tmpdir(), 'ttsd-voices-'));
afterAll(() => rmSync(dir, { recursive: true }));
const cache = openVoiceCache(dir);
const CLIP = 'c'.repeat(64);

function makeVoice(value: number) {
  return {
    features: Float32Array.of(value, 0.5),
    tokens: Int32Array.of(1, 2, 6560),
    speaker: Float32Array.of(-1),
    mel: new Float32Array(160).fill(value),
  };
}

test('a voice comes back as it was kept', async () => {
  const key = nameVoice(CLIP, ['model', 'revision', 1]);
  expect(await cache.find(key)).toBeUndefined();
  await cache.keep(key, makeVoice(3));
  expect(await cache.find(key)).toEqual(makeVoice(3));
});

test('a clip has another name for each model, revision and version, and each begins with the clip', () => {
  const names = [
    ['a', 'r', 1],
    ['b', 'r', 1],
    ['a', 's', 1],
    ['a', 'r', 2],
  ].map((parts) => nameVoice(CLIP, parts));
  expect(new Set(names).size).toBe(4);
  expect(names.every((name) => name.startsWith(`${CLIP}-`))).toBe(true);
});

test.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 8)],
  ['with other values', (bytes: Buffer) => bytes.fill(7, 60, 64)],
  ['empty', () => Buffer.alloc(0)],
])('a file that is %s counts as none and goes', async (what, damage) => {
  const key = nameVoice(CLIP, [what]);
  await cache.keep(key, makeVoice(4));
  const [file] = readdirSync(dir).filter((name) => name.startsWith(key));
  writeFileSync(join(dir, file!), damage(readFileSync(join(dir, file!))));
  expect(await cache.find(key)).toBeUndefined();
  expect(readdirSync(dir)).not.toContain(file);
});

test('the longest unused go when there are many', async () => {
  const keys = Array.from({ length: 70 }, (_, i) => nameVoice(CLIP, ['many', i]));
  for (const [i, key] of keys.entries()) {
    await cache.keep(key, makeVoice(i));
    const [file] = readdirSync(dir).filter((name) => name.startsWith(key));
    utimesSync(join(dir, file!), i + 1, i + 1);
    // Whoever is asked for counts as used.
    if (i > 0) await cache.find(keys[0]!);
  }
  expect(readdirSync(dir).length).toBeLessThanOrEqual(64);
  expect(await cache.find(keys[0]!)).toEqual(makeVoice(0));
  expect(await cache.find(keys[1]!)).toBeUndefined();
  expect(await cache.find(keys[69]!)).toEqual(makeVoice(69));
});

test('where nothing can be written, nothing is kept and nothing fails', async () => {
  const path = join(dir, 'a file');
  writeFileSync(path, '');
  const nowhere = openVoiceCache(join(path, 'no folder'));
  await nowhere.keep('key', makeVoice(1));
  expect(await nowhere.find('key')).toBeUndefined();
});
