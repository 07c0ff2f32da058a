import { expect, test } from 'vitest';
import { matchWords } from '../../../../src/engine/text/espeak/match-words.ts';

test.each([
  ['hello there', 'həlˈoʊ ðˈɛɹ', ['həlˈoʊ', 'ðˈɛɹ']],
  ['paid 1,000 dollars', 'pˈeɪd wˈʌn θˈaʊzənd dˈɑːlɚz', ['pˈeɪd', 'wˈʌn θˈaʊzənd', 'dˈɑːlɚz']],
  ['the end of the day', 'ðɪ ˈɛnd ʌvðə dˈeɪ', ['ðɪ', 'ˈɛnd', 'ʌv', 'ðə', 'dˈeɪ']],
  ['in 1984 he left', 'ɪn nˈaɪntiːn ˈeɪɾi fˈoːɹ hiː lˈɛft', ['ɪn', 'nˈaɪntiːn ˈeɪɾi fˈoːɹ', 'hiː', 'lˈɛft']],
])('%j: each word gets its part of %j', (text, spoken, expected) => {
  const matched = matchWords(text, spoken);
  expect(matched.map(({ start, end }) => text.slice(start, end))).toEqual(text.split(' '));
  expect(matched.map(({ phonemeStart, phonemeEnd }) => spoken.slice(phonemeStart, phonemeEnd))).toEqual(
    expected,
  );
});

test('nothing is matched with nothing', () => {
  expect(matchWords('', 'a')).toEqual([]);
  expect(matchWords('a', '')).toEqual([]);
});

test('a hundred words in one group still share it', () => {
  expect(matchWords('a '.repeat(100).trim(), 'x'.repeat(300))).toHaveLength(100);
});
