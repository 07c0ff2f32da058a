import { describe, expect, it } from 'vitest';
import { writeCardinal, writeOrdinal, writeYear } from '../../../../src/engine/text/english/number-words.ts';

describe('numbers in words', () => {
  it.each([
    ['0', 'zero'],
    ['13', 'thirteen'],
    ['21', 'twenty-one'],
    ['101', 'one hundred and one'],
    ['1000', 'one thousand'],
    ['1001', 'one thousand and one'],
    ['1234567', 'one million two hundred and thirty-four thousand five hundred and sixty-seven'],
    ['1000000000000', 'one trillion'],
    ['007', 'seven'],
  ])('%s → %s', (digits, words) => {
    expect(writeCardinal(digits)).toBe(words);
  });

  it.each([
    ['1', 'first'],
    ['12', 'twelfth'],
    ['20', 'twentieth'],
    ['23', 'twenty-third'],
    ['100', 'one hundredth'],
    ['105', 'one hundred and fifth'],
  ])('ordinal %s → %s', (digits, words) => {
    expect(writeOrdinal(digits)).toBe(words);
  });

  it.each([
    ['1066', 'ten sixty-six'],
    ['1900', 'nineteen hundred'],
    ['1905', 'nineteen oh-five'],
    ['2000', 'two thousand'],
    ['2009', 'two thousand and nine'],
    ['2024', 'twenty twenty-four'],
  ])('year %s → %s', (digits, words) => {
    expect(writeYear(digits)).toBe(words);
  });
});
