// Sampling by hand-worked figures, and the failures that tokens alone show.
import { describe, expect, test } from 'vitest';
import { seedDraws } from '../../../../src/engine/engines/chatterbox/draws.ts';
import { countMostTokens, findFailure } from '../../../../src/engine/engines/chatterbox/failures.ts';
import {
  guide,
  makePick,
  type SamplingSettings,
} from '../../../../src/engine/engines/chatterbox/sampling.ts';

const PLAIN: SamplingSettings = { temperature: 1, repetitionPenalty: 1 };

/** The tokens that can be drawn, by a fine comb of draws. */
function listDrawable(
  order: 'turbo' | 'guided',
  settings: SamplingSettings,
  logits: number[],
  heard: number[] = [],
) {
  const drawn = new Set<number>();
  for (let i = 0; i < 400; i++)
    drawn.add(makePick(order, settings, () => i / 400)(Float32Array.from(logits), new Set(heard)));
  return [...drawn].sort((a, b) => a - b);
}

const SHARES = (...shares: number[]) => shares.map(Math.log);

test('a draw finds the token whose share it falls into', () => {
  const logits = () => Float32Array.from(SHARES(0.5, 0.25, 0.25));
  const draw = (number: number) => makePick('guided', PLAIN, () => number)(logits(), new Set());
  expect([0, 0.49, 0.51, 0.74, 0.76, 0.999].map(draw)).toEqual([0, 0, 1, 1, 2, 2]);
});

test('min_p drops what is less likely than its share of the likeliest', () => {
  expect(listDrawable('guided', { ...PLAIN, minP: 0.5 }, SHARES(0.4, 0.35, 0.15, 0.1))).toEqual([0, 1]);
});

test('top_p keeps the likeliest until they have the share together', () => {
  expect(listDrawable('guided', { ...PLAIN, topP: 0.7 }, SHARES(0.4, 0.35, 0.15, 0.1))).toEqual([0, 1]);
  expect(listDrawable('guided', { ...PLAIN, topP: 0.76 }, SHARES(0.4, 0.35, 0.15, 0.1))).toEqual([0, 1, 2]);
  expect(listDrawable('guided', { ...PLAIN, topP: 0.0001 }, SHARES(0.2, 0.5, 0.3))).toEqual([1]);
});

test('top_k counts for Turbo only', () => {
  const logits = SHARES(0.1, 0.2, 0.3, 0.4);
  expect(listDrawable('turbo', { ...PLAIN, topK: 2 }, logits)).toEqual([2, 3]);
  expect(listDrawable('guided', { ...PLAIN, topK: 2 }, logits)).toEqual([0, 1, 2, 3]);
});

test('the guided models punish repetition before they choose, Turbo after', () => {
  // 0 is likeliest by far; punished, it falls behind 1.
  const logits = [4, 3, -8];
  const settings = { ...PLAIN, repetitionPenalty: 2, topP: 0.6 };
  expect(listDrawable('guided', settings, logits, [0])).toEqual([1]);
  expect(listDrawable('turbo', settings, logits, [0])).toEqual([0]);
});

test('a repetition that is unlikely becomes more so', () => {
  const logits = Float32Array.of(-1, 2);
  makePick('guided', { ...PLAIN, repetitionPenalty: 2 }, () => 0)(logits, new Set([0, 1]));
  expect([...logits]).toEqual([-2, 1]);
});

test('guidance leans away from what is said without the text', () => {
  const withText = Float32Array.of(1, 2);
  guide(withText, Float32Array.of(0, 4), 0.5);
  expect([...withText]).toEqual([1.5, 1]);
});

test('a seed gives the same numbers each time, and its neighbour others', () => {
  const take = (seed: number) => Array.from({ length: 1000 }, seedDraws(seed));
  expect(take(7)).toEqual(take(7));
  expect(take(8)).not.toEqual(take(7));
  const numbers = take(7);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  expect(Math.abs(numbers.reduce((sum, number) => sum + number) / 1000 - 0.5)).toBeLessThan(0.05);
});

describe('failures', () => {
  const speech = Array.from({ length: 200 }, (_, i) => (i * 7919) % 6000);
  const repeat = (pattern: number[], times: number) => Array.from({ length: times }, () => pattern).flat();

  test('lively speech is none', () => {
    for (let end = 0; end <= speech.length; end++) expect(findFailure(speech.slice(0, end))).toBeUndefined();
  });
  test('a token held for a second, a pattern said over and over, two seconds of silence are', () => {
    expect(findFailure([...speech, ...repeat([5], 24)])).toBeUndefined();
    expect(findFailure([...speech, ...repeat([5], 25)])).toBe('repeats itself');
    expect(findFailure([...speech, ...repeat([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 2)])).toBeUndefined();
    expect(findFailure([...speech, ...repeat([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 3)])).toBe('repeats itself');
    expect(findFailure([...speech, ...repeat([4299, 4299, 4299, 4299, 4299, 4299, 1, 4299, 4299], 7)])).toBe(
      'is silent for long',
    );
  });
  test('a text has an end that its speech must not pass by far', () => {
    expect(countMostTokens('Yes.')).toBeLessThan(110);
    expect(countMostTokens('你好。')).toBeGreaterThan(countMostTokens('Yes.'));
    expect(countMostTokens('[laugh]')).toBeGreaterThan(200);
    expect(countMostTokens('word '.repeat(1000))).toBe(1000);
  });
});
