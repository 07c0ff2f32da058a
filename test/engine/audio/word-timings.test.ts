import { expect, test } from 'vitest';
import { timePhonemes, timeWords } from '../../../src/engine/audio/word-timings.ts';

const ONE_SECOND = { lengthSamples: 24_000, sampleRateHz: 24_000 };

test('a word lasts from its first to its last phoneme, after the silence that was cut off', () => {
  // Steps of 25 ms: 4 of silence, then the phonemes at offsets 0, 1, 3; offset 2 had no sound.
  const phonemes = timePhonemes([0, 1, 3], [4, 2, 6, 8, 3], { originSample: -1200, stepSamples: 600 });
  const words = timeWords(
    [
      { start: 0, end: 4, phonemeStart: 0, phonemeEnd: 2 },
      { start: 5, end: 6, phonemeStart: 3, phonemeEnd: 4 },
    ],
    phonemes,
    ONE_SECOND,
  );
  expect(words).toEqual([
    { start: 0, end: 4, startSec: 0.05, endSec: 0.25 },
    { start: 5, end: 6, startSec: 0.25, endSec: 0.45 },
  ]);
});

test('times never leave the audio', () => {
  const phonemes = timePhonemes([0], [0, 10, 0], { originSample: -1200, stepSamples: 600 });
  const [word] = timeWords([{ start: 0, end: 1, phonemeStart: 0, phonemeEnd: 1 }], phonemes, {
    ...ONE_SECOND,
    lengthSamples: 2400,
  });
  expect(word).toEqual({ start: 0, end: 1, startSec: 0, endSec: 0.1 });
});

test('a word without phonemes is left out', () => {
  const phonemes = timePhonemes([0, 1], [1, 1, 1, 1], { originSample: 0, stepSamples: 600 });
  const words = [
    { start: 0, end: 1, phonemeStart: 0, phonemeEnd: 1 },
    { start: 2, end: 4, phonemeStart: 1, phonemeEnd: 1 },
    { start: 5, end: 6, phonemeStart: 1, phonemeEnd: 2 },
  ];
  expect(timeWords(words, phonemes, ONE_SECOND).map(({ start }) => start)).toEqual([0, 5]);
});

test('a run that begins before the last word of the one before has died away does not overlap it', () => {
  const phonemes = [
    ...timePhonemes([0], [1, 4, 1], { originSample: 0, stepSamples: 600 }),
    ...timePhonemes([2], [0, 4, 1], { originSample: 2400, stepSamples: 600 }),
  ];
  const words = [
    { start: 0, end: 1, phonemeStart: 0, phonemeEnd: 1 },
    { start: 2, end: 3, phonemeStart: 2, phonemeEnd: 3 },
  ];
  const [first, second] = timeWords(words, phonemes, ONE_SECOND);
  expect([first!.endSec, second!.startSec, second!.endSec]).toEqual([0.125, 0.125, 0.2]);
});
