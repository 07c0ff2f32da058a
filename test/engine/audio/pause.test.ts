import { expect, test } from 'vitest';
import { countPauseSamples, createPauses } from '../../../src/engine/audio/pause.ts';

const pace = { sampleRateHz: 24_000, speed: 1 };

test('a paragraph is followed by a longer pause than a sentence, and that by a longer one than a clause', () => {
  const pauses = (['clause', 'sentence', 'paragraph'] as const).map((boundary) =>
    countPauseSamples(boundary, pace),
  );
  expect(pauses).toEqual([2400, 7680, 15_600]);
  expect(countPauseSamples('end', pace)).toBe(2880);
});

test('pauses follow the speed and the sample rate', () => {
  expect(countPauseSamples('sentence', { sampleRateHz: 24_000, speed: 2 })).toBe(3840);
  expect(countPauseSamples('sentence', { sampleRateHz: 24_000, speed: 0.25 })).toBe(30_720);
  expect(countPauseSamples('sentence', { sampleRateHz: 22_050, speed: 1 })).toBe(7056);
});

test('a chunk without audio does not double the pause, it only lengthens a shorter one', () => {
  const pauseAfter = createPauses(pace);
  expect(pauseAfter(1000, 'sentence')).toBe(7680);
  expect(pauseAfter(0, 'sentence')).toBe(0);
  expect(pauseAfter(0, 'paragraph')).toBe(15_600 - 7680);
  expect(pauseAfter(0, 'end')).toBe(0);
  expect(pauseAfter(1000, 'clause')).toBe(2400);
});

test('a pause that was asked for lasts as long at any speed, and is made in full whatever is silent around it', () => {
  expect(countPauseSamples({ pauseMs: 1500 }, { sampleRateHz: 24_000, speed: 2 })).toBe(36_000);
  const pauseAfter = createPauses(pace);
  expect(pauseAfter(1000, 'sentence')).toBe(7680);
  expect(pauseAfter(0, { pauseMs: 100 })).toBe(2400);
  expect(pauseAfter(0, { pauseMs: 0 })).toBe(0);
  expect(pauseAfter(0, 'paragraph')).toBe(15_600 - 7680 - 2400);
});
