import { expect, test } from 'vitest';
import { cutPieces, isSpeakable, lookUpIds } from '../../../src/engine/text/phoneme-ids.ts';

test('unknown phonemes are left out and named once each', () => {
  const vocabulary = new Map([
    ['a', 43],
    ['b', 44],
  ]);
  expect(lookUpIds('aßbß', vocabulary)).toEqual({ ids: [43, 44], offsets: [0, 2], unknown: ['ß'] });
});

test.each([
  ['həlˈO.', true],
  ['', false],
  [' … “—” ', false],
  ['ˈ,', false],
])('%j can be spoken: %s', (phonemes, expected) => {
  expect(isSpeakable(phonemes)).toBe(expected);
});

test('what fits stays whole', () => {
  expect(cutPieces([...'a. b'], 400)).toEqual([{ start: 0, end: 4, pauseSec: 0 }]);
});

test('a sentence end is preferred to a comma, a comma to a space', () => {
  expect(cut(`${'a'.repeat(40)}. ${'b'.repeat(20)}, ${'c d'.repeat(15)}`, 100)).toEqual([
    `${'a'.repeat(40)}.`,
    ` ${'b'.repeat(20)}, ${'c d'.repeat(15)}`,
  ]);
  expect(cut(`${'ab '.repeat(12)}, ${'ab '.repeat(24)}`, 100)[0]).toBe(`${'ab '.repeat(12)},`);
});

test.each([
  ['a'.repeat(1001), 400],
  ['ab '.repeat(400), 400],
  [`${'a'.repeat(390)}. b`, 390],
  [`a. ${'b'.repeat(799)}`, 400],
])('pieces are never longer than the limit and lose nothing (%#)', (phonemes, limit) => {
  const pieces = cut(phonemes, limit);
  expect(pieces.join('')).toBe(phonemes);
  for (const piece of pieces) {
    expect(piece.length).toBeLessThanOrEqual(limit);
    expect(piece.length).toBeGreaterThan(0);
  }
});

function cut(phonemes: string, limit: number): string[] {
  return cutPieces([...phonemes], limit).map(({ start, end }) => phonemes.slice(start, end));
}
