import { expect, test } from 'vitest';
import { decodeWords, encodeWords, type HeardWords } from '../../../src/daemon/inference/word-file.ts';

const heard: HeardWords = {
  sampleRateHz: 24_000,
  lengthSamples: 6e9,
  words: [
    { start: 0, end: 3, startSample: 360, endSample: 9600 },
    { start: 999_990, end: 999_999, startSample: 5.9e9, endSample: 6e9 },
  ],
};

test('words are read as they were written, also after days of speech', () => {
  expect(decodeWords(encodeWords(heard))).toEqual(heard);
  expect(decodeWords(encodeWords({ ...heard, words: [] }))).toEqual({ ...heard, words: [] });
});

test('a file that is damaged or no such file is told from a good one', () => {
  const file = encodeWords(heard);
  for (let at = 0; at < file.length; at++) {
    const damaged = Buffer.from(file);
    damaged[at]! ^= 1;
    expect(decodeWords(damaged)).toBeUndefined();
    expect(decodeWords(file.subarray(0, at))).toBeUndefined();
  }
});
