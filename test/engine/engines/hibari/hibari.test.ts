import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChunkAudio, ChunkInput, Engine } from '../../../../src/engine/engine.ts';
import { openEngine } from '../../../../src/engine/open-engine.ts';

const TEXT = 'The meeting on March 3rd costs a lot, and nobody knows why.';
const LONG_TEXT = Array.from(
  { length: 12 },
  (_, i) => `In week ${i + 1}, the slow train to the coast stopped at every village.`,
).join(' ');

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ modelDir: join(import.meta.dirname, '../../../../models/hibari') });
});
afterAll(() => engine.close());

test('the same seed gives the same samples, another seed others of the same length', async () => {
  const first = await speak({ seed: 7 });
  const again = await speak({ seed: 7 });
  const other = await speak({ seed: 8 });
  expect(again.samples).toEqual(first.samples);
  expect(other.samples).not.toEqual(first.samples);
  expect(other.samples.length / first.samples.length).toBeCloseTo(1, 1);
  expect(other.words.map(({ start, end }) => [start, end])).toEqual(
    first.words.map(({ start, end }) => [start, end]),
  );
});

test('what was spoken before leaves no trace', async () => {
  const first = await speak({ seed: 7 });
  await speak({ text: 'Something else entirely.', seed: 99 });
  expect((await speak({ seed: 7 })).samples).toEqual(first.samples);
});

test('speech is loud enough, never clipped, and silent at both ends', async () => {
  const { samples, sampleRateHz, warnings } = await speak({});
  const peak = samples.reduce((loudest, value) => Math.max(loudest, Math.abs(value)), 0);
  const rms = measureRms(samples);
  expect(sampleRateHz).toBe(24_000);
  expect(warnings).toEqual([]);
  expect(peak).toBeLessThan(1);
  expect(rms).toBeGreaterThan(0.02);
  expect(Math.abs(samples[0]!) + Math.abs(samples.at(-1)!)).toBe(0);
});

test.each([
  [2, 0.5],
  [0.5, 2],
])('speed %d makes the audio about %d times as long', async (speed, factor) => {
  const plain = await speak({});
  const changed = await speak({ speed });
  const ratio = changed.samples.length / plain.samples.length;
  expect(ratio).toBeGreaterThan(factor * 0.85);
  expect(ratio).toBeLessThan(factor * 1.15);
});

test.each([0.25, 4])('speed %d still speaks', async (speed) => {
  const { samples } = await speak({ speed });
  expect(samples.length).toBeGreaterThan(0);
  expect(samples.every((value) => Math.abs(value) <= 1)).toBe(true);
});

test.each([0.5, 1, 2])('at speed %d words begin and end where they are heard', async (speed) => {
  const texts = [
    'Hello there.',
    'She counted the boats twice, and twice one of them was missing.',
    'Please stop!',
    'Fish swim fast.',
    'By noon the wind had turned, and the water with it.',
    'Anna ate an apple.',
    'This costs twelve dollars',
  ];
  const starts: number[] = [];
  const ends: number[] = [];
  for (const text of texts) {
    const { samples, sampleRateHz, words } = await speak({ text, speed });
    const isLoud = (sample: number) => Math.abs(sample) > 0.02;
    starts.push(Math.abs(words[0]!.startSec - samples.findIndex(isLoud) / sampleRateHz));
    ends.push(Math.abs(words.at(-1)!.endSec - samples.findLastIndex(isLoud) / sampleRateHz));
  }
  // The median of the sentences: a breathy consonant is not loud at once.
  const getMedian = (values: number[]) => values.sort((x, y) => x - y)[values.length >> 1];
  expect(getMedian(starts)).toBeLessThan(0.03);
  expect(getMedian(ends)).toBeLessThan(0.1);
});

test('words are timed in order, within the audio, each at its own place in the text', async () => {
  const audio = await speak({});
  expectOrdered(audio);
  expect(audio.words.map(({ start, end }) => TEXT.slice(start, end))).toContain('nobody');
  const [first] = audio.words;
  expect(first!.startSec).toBeLessThan(0.1);
  const lengthSec = audio.samples.length / audio.sampleRateHz;
  expect(lengthSec - audio.words.at(-1)!.endSec).toBeLessThan(0.3);
});

test('more phonemes than one run can take are spoken in pieces, without a click where they join', async () => {
  const audio = await speak({ text: LONG_TEXT });
  expectOrdered(audio);
  expect(audio.words.at(-1)!.end).toBeGreaterThan(LONG_TEXT.length - 10);
  expect(audio.samples.length / audio.sampleRateHz).toBeGreaterThan(25);
  const whole = (await speak({})).samples;
  expect(findLargestJump(audio.samples)).toBeLessThan(2 * findLargestJump(whole));
});

test.each(['', ' ', '...', '?!'])('nothing to speak in %j: no samples and a warning', async (text) => {
  const audio = await speak({ text });
  expect(audio.samples.length).toBe(0);
  expect(audio.words).toEqual([]);
  expect(audio.warnings).toEqual(['Nothing in this text can be spoken.']);
});

test('a speaker that the model does not have is refused', async () => {
  await expect(speak({ speaker: 'emma' })).rejects.toThrow(/hibari has the speakers heart, .*, not emma/);
});

test.each([
  ['bruno-1', 0.45],
  ['poppy-1', 1.25],
])('the derived speaker %s says the same words %d times as high, about as loud', async (speaker, pitch) => {
  const natural = await speak({});
  const derived = await speak({ speaker });
  expectOrdered(derived);
  expect(derived.words.map(({ start, end }) => [start, end])).toEqual(
    natural.words.map(({ start, end }) => [start, end]),
  );
  const ratio = findPitchHz(derived.samples) / findPitchHz(natural.samples);
  expect(ratio / pitch).toBeGreaterThan(0.88);
  expect(ratio / pitch).toBeLessThan(1.12);
  const loudness = measureRms(derived.samples) / measureRms(natural.samples);
  expect(loudness).toBeGreaterThan(0.7);
  expect(loudness).toBeLessThan(1.4);
});

test('an abort before and between two runs ends it with the reason', async () => {
  await expect(speak({}, AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
  const leaving = new AbortController();
  const speaking = speak({ text: LONG_TEXT }, leaving.signal);
  leaving.abort(new Error('left later'));
  await expect(speaking).rejects.toThrow('left later');
});

function speak(input: Partial<ChunkInput>, signal = new AbortController().signal): Promise<ChunkAudio> {
  return engine.synthesize({ text: TEXT, speaker: 'heart', speed: 1, seed: 1, params: {}, ...input }, signal);
}

function expectOrdered({ words, samples, sampleRateHz }: ChunkAudio): void {
  expect(words.length).toBeGreaterThan(5);
  let clock = 0;
  let place = 0;
  for (const { start, end, startSec, endSec } of words) {
    expect(start).toBeGreaterThanOrEqual(place);
    expect(end).toBeGreaterThan(start);
    expect(startSec).toBeGreaterThanOrEqual(clock);
    expect(endSec).toBeGreaterThan(startSec);
    clock = endSec;
    place = end;
  }
  expect(clock).toBeLessThanOrEqual(samples.length / sampleRateHz);
}

function findLargestJump(samples: Float32Array): number {
  let largest = 0;
  for (let i = 1; i < samples.length; i++)
    largest = Math.max(largest, Math.abs(samples[i]! - samples[i - 1]!));
  return largest;
}

function measureRms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
}

/** Median over voiced stretches of the lag at which the sound resembles itself most, 60 to 400 Hz. */
function findPitchHz(samples: Float32Array): number {
  const lags: number[] = [];
  for (let at = 0; at + 1600 < samples.length; at += 1200) {
    let best = 0;
    let bestLag = 0;
    for (let lag = 60; lag <= 400; lag++) {
      let product = 0;
      let power = 0;
      for (let i = at; i < at + 1200; i += 3) {
        product += samples[i]! * samples[i + lag]!;
        power += samples[i]! ** 2 + samples[i + lag]! ** 2;
      }
      // A little off for long lags: twice the period resembles as well.
      const likeness = power < 0.5 ? 0 : (2 * product) / power - lag / 4000;
      if (likeness > best) [best, bestLag] = [likeness, lag];
    }
    if (best > 0.6) lags.push(bestLag);
  }
  return 24_000 / lags.sort((a, b) => a - b)[lags.length >> 1]!;
}
