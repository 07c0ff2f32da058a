// Chatterbox as whoever loads it sees it: what it refuses, what it warns of, how it stops, what it keeps of a clip.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodePcm } from '../../../../src/engine/audio/pcm.ts';
import { createWavHeader } from '../../../../src/engine/audio/wav-header.ts';
import type { ChunkInput } from '../../../../src/engine/engine.ts';
import { getName, readGraph } from '../../../../src/engine/model/graph/onnx.ts';
import { type OpenedEngine, openEngine } from '../../../../src/engine/open-engine.ts';
import { CHATTERBOX_FIXTURES, CLIP_PATH, makeChatterbox } from '../../../helpers/chatterbox-models.ts';

const TEXT = 'The harbour lay quiet, and the last boat came home before the rain.';
const reference = {
  path: CLIP_PATH,
  sha256: createHash('sha256').update(readFileSync(CLIP_PATH)).digest('hex'),
};
const dirs: string[] = [];
let turbo: OpenedEngine;
let cacheDir: string;

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'ttsd-heard-'));
  const modelDir = await makeChatterbox('turbo');
  dirs.push(cacheDir, modelDir);
  turbo = await openEngine({ modelDir, device: 'cpu', cacheDir });
});
afterAll(async () => {
  await turbo.close();
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

function speak(change: Partial<ChunkInput> = {}, engine = turbo) {
  const input = { text: TEXT, speaker: 'default', speed: 1, seed: 1, params: {}, ...change };
  return engine.synthesize(input, new AbortController().signal);
}

/**
 * Whether the two sound otherwise with one of some seeds: a tiny model with random weights hardly listens to its text, so that one seed may
 * hide a difference.
 */
async function isOther(
  one: Partial<ChunkInput>,
  two: Partial<ChunkInput>,
  engine: OpenedEngine,
): Promise<boolean> {
  for (let seed = 1; seed <= 3; seed++) {
    const [a, b] = [await speak({ ...one, seed }, engine), await speak({ ...two, seed }, engine)];
    if (a.samples.length !== b.samples.length) return true;
  }
  return false;
}

/** By the voice of the model and by that of the clip. */
let natural: Float32Array;
let cloned: Float32Array;

test('the same seed says the same, another seed and another voice something else', async () => {
  natural = (await speak({ seed: 2 })).samples;
  expect((await speak({ seed: 2 })).samples).toEqual(natural);
  expect((await speak({ seed: 3 })).samples).not.toEqual(natural);
  cloned = (await speak({ seed: 2, reference })).samples;
  expect(cloned).not.toEqual(natural);
});

test('a chunk is its parts joined, and more comes as more is drawn', async () => {
  const parts: Float32Array[] = [];
  const shares: number[] = [];
  // A long one: this seed draws more than three parts.
  const { samples, words } = await turbo.synthesize(
    { text: TEXT, speaker: 'default', speed: 1, seed: 1, params: {} },
    new AbortController().signal,
    { onPart: (part) => parts.push(part.slice()), onProgress: (share) => shares.push(share) },
  );
  expect(parts.length).toBeGreaterThan(2);
  expect(Float32Array.from(parts.flatMap((part) => [...part]))).toEqual(samples);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
  expect(Math.abs(samples[0]!) + Math.abs(samples.at(-1)!)).toBe(0);
  // Every word in its place, one after the other, to the end.
  expect(words.map(({ start, end }) => TEXT.slice(start, end)).join(' ')).toBe(TEXT.replace(/[,.]/g, ''));
  expect(words.every(({ startSec, endSec }) => startSec < endSec)).toBe(true);
  expect(words.at(-1)!.endSec).toBeCloseTo(samples.length / 24_000);
});

test('loudness is given to the whole, so that no part comes before', async () => {
  const parts: Float32Array[] = [];
  const { samples } = await turbo.synthesize(
    { text: TEXT, speaker: 'default', speed: 1, seed: 2, params: {}, loudnessLufs: -30 },
    new AbortController().signal,
    { onPart: (part) => parts.push(part) },
  );
  expect(parts).toEqual([]);
  expect(samples.length).toBeGreaterThan(0);
});

test('at half the speed it lasts twice as long', async () => {
  const slow = await speak({ seed: 2, speed: 0.5 });
  expect(Math.abs(slow.samples.length - 2 * natural.length)).toBeLessThanOrEqual(2);
});

test('an abort ends it between two tokens', async () => {
  const stop = new AbortController();
  let told = 0;
  const speech = turbo.synthesize(
    { text: TEXT, speaker: 'default', speed: 1, seed: 1, params: {} },
    stop.signal,
    {
      onProgress() {
        told++;
        // As news from the daemon comes: from outside of the loop.
        if (told === 5) setImmediate(() => stop.abort(new Error('not wanted')));
      },
    },
  );
  await expect(speech).rejects.toThrow('not wanted');
  expect(told).toBeLessThan(9);
});

test('an abort that comes with the last token before some are decoded keeps them from being decoded', async () => {
  const stop = new AbortController();
  const parts: Float32Array[] = [];
  let told = 0;
  const speech = turbo.synthesize(
    { text: TEXT, speaker: 'default', speed: 1, seed: 1, params: {} },
    stop.signal,
    {
      onPart: (part) => parts.push(part),
      onProgress() {
        // The first part is made of fifty.
        if (++told === 50) setImmediate(() => stop.abort(new Error('not wanted')));
      },
    },
  );
  await expect(speech).rejects.toThrow('not wanted');
  expect([told, parts]).toEqual([50, []]);
});

test('what was heard in a clip is kept, named after the clip, which is not needed any more', async () => {
  expect(readdirSync(cacheDir).filter((file) => file.startsWith(reference.sha256))).toHaveLength(1);
  const other = await openEngine({ modelDir: dirs[1]!, device: 'cpu', cacheDir });
  const gone = { ...reference, path: '/nowhere/clip.wav' };
  expect((await speak({ seed: 2, reference: gone }, other)).samples).toEqual(cloned);
  await other.close();
});

test('a clip that is of no use is refused with what is wrong and the remedy', async () => {
  const path = join(cacheDir, 'bad.wav');
  const write = (samples: Float32Array) =>
    writeFileSync(
      path,
      Buffer.concat([
        createWavHeader({ sampleRateHz: 24_000, lengthSamples: samples.length }),
        encodePcm(samples),
      ]),
    );
  const use = (sha256: string) => speak({ reference: { path, sha256: sha256.repeat(64) } });
  write(new Float32Array(12_000).fill(0.1));
  await expect(use('a')).rejects.toThrow(/lasts 0.5 s; a voice needs 1 s at least/);
  write(new Float32Array(48_000));
  await expect(use('b')).rejects.toThrow(/Nothing can be heard .* record it louder/);
  writeFileSync(path, 'no sound at all');
  await expect(use('c')).rejects.toThrow(/is no mono WAV of 16 bits. Add the voice again/);
  rmSync(path);
  await expect(use('d')).rejects.toThrow(/cannot be read. Add the voice again/);
});

test('a short clip is used, and Turbo says that it is short', async () => {
  const short = { path: join(CHATTERBOX_FIXTURES, 'default_voice.wav'), sha256: 'e'.repeat(64) };
  expect((await speak({ seed: 2, reference: short })).warnings).toEqual([
    expect.stringMatching(/lasts 1.4 s; this model knows a voice well from more than 5 s/),
  ]);
});

test('speech that goes on after its text is drawn again twice, and said to be wrong after that', async () => {
  // Hot enough that the end is hardly ever drawn, and a text of one letter.
  const parts: Float32Array[] = [];
  const { warnings, samples } = await turbo.synthesize(
    { text: 'O', speaker: 'default', speed: 1, seed: 5, params: { temperature: 5, top_p: 1 } },
    new AbortController().signal,
    { onPart: (part) => parts.push(part) },
  );
  expect(warnings).toEqual([
    'The speech went wrong (it runs on) and was drawn again.',
    'The speech went wrong (it runs on) and was drawn again.',
    'The speech runs on after 2 further tries too; give this text another seed.',
  ]);
  // What was heard before it went wrong is its beginning.
  expect(parts.length).toBeGreaterThan(1);
  expect(Float32Array.from(parts.flatMap((part) => [...part]))).toEqual(samples);
});

test('base leans on its text as far as cfg_weight says, and takes 0', async () => {
  const dir = await makeChatterbox('base');
  dirs.push(dir);
  const base = await openEngine({ modelDir: dir, device: 'cpu' });
  expect(await isOther({ params: { cfg_weight: 0 } }, { params: { cfg_weight: 1 } }, base)).toBe(true);
  expect(await isOther({ params: { exaggeration: 0 } }, { params: { exaggeration: 2 } }, base)).toBe(true);
  await base.close();
});

test('the multilingual model reads the language that it is given, and names those that it can', async () => {
  const dir = await makeChatterbox('multilingual');
  dirs.push(dir);
  const model = await openEngine({ modelDir: dir, device: 'cpu' });
  const say = (language: string) => speak({ text: 'Hallo', language }, model);
  const params = { cfg_weight: 1, temperature: 3 };
  expect(await isOther({ language: 'de-AT', params }, { language: 'fr', params }, model)).toBe(true);
  expect((await say('he')).warnings).toEqual([expect.stringContaining('vowel points')]);
  await expect(say('eo')).rejects.toThrow(/does not read "eo". It reads en, de, fr/);
  await model.close();
});

test.each([
  [
    'language_model',
    'past_key_values.0.key is missing',
    (name: string) => !name.startsWith('past_key_values'),
  ],
  ['language_model', 'output present.1.value is missing', (name: string) => name !== 'present.1.value'],
  ['embed_tokens', 'output inputs_embeds is missing', (name: string) => name !== 'inputs_embeds'],
  ['speech_encoder', 'input audio_values is missing', (name: string) => name !== 'audio_values'],
  ['conditional_decoder', 'input speaker_features is missing', (name: string) => name !== 'speaker_features'],
])('a %s whose %s is refused by that name', async (graph, what, isKept) => {
  const file = `onnx/${graph}.onnx`;
  const changed = readGraph(readFileSync(join(CHATTERBOX_FIXTURES, 'turbo', file)));
  changed.inputs = changed.inputs.filter((input) => isKept(getName(input)));
  changed.outputs = changed.outputs.filter((output) => isKept(getName(output)));
  const dir = await makeChatterbox('turbo', { replace: { [file]: changed.write() } });
  dirs.push(dir);
  await expect(openEngine({ modelDir: dir, device: 'cpu' })).rejects.toThrow(
    new RegExp(`${graph}.onnx is no Chatterbox graph .*${what}.*Pull the model again`),
  );
});

test('graphs of two families are refused', async () => {
  const replace = {
    'onnx/embed_tokens.onnx': join(CHATTERBOX_FIXTURES, 'multilingual/onnx/embed_tokens.onnx'),
  };
  const dir = await makeChatterbox('turbo', { replace });
  dirs.push(dir);
  await expect(openEngine({ modelDir: dir, device: 'cpu' })).rejects.toThrow(
    /embed_tokens.onnx .* input position_ids is not known to the engine/,
  );
});
