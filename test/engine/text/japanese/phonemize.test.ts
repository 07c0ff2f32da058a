import { expect, test } from 'vitest';
import { pronounceKana } from '../../../../src/engine/text/japanese/kana.ts';
import { sayFigure } from '../../../../src/engine/text/japanese/numbers.ts';
import { openJapanesePhonemizer } from '../../../../src/engine/text/japanese/phonemize.ts';

test.each([
  ['0', 'ゼロ'],
  ['15', 'ジューゴ'],
  ['300', 'サンビャク'],
  ['1,600', 'センロッピャク'],
  ['10000', 'イチマン'],
  ['10008000', 'イッセンマンハッセン'],
  ['3.5', 'サンテンゴ'],
  ['007', 'ゼロゼロナナ'],
])('%s is said %s', (figure, expected) => {
  expect(sayFigure(figure)).toBe(expected);
});

test.each([
  ['トーキョー', 'toːkʲoː'],
  ['しんぶん', 'ɕimbɯɴ'],
  ['ニンジャ', 'ɲiɲʥa'],
  ['がっこう', 'ɡaʔkoɯ'],
  ['ティー', 'tʲiː'],
])('%s sounds %s', (kana, expected) => {
  expect(pronounceKana(kana)).toBe(expected);
});

test('particles are read as they are spoken, words have their places', async () => {
  const text = '私は東京へ行った。';
  const phonemizer = await openJapanesePhonemizer(() =>
    Promise.reject(new Error('there is no English here')),
  );
  const { phonemes, words, warnings } = await phonemizer.phonemize(text);
  expect(warnings).toEqual([]);
  expect(phonemes).toBe('βataɕi βa toːkʲoː e iʔta.');
  expect(words.map(({ start, end }) => text.slice(start, end)).join('|')).toBe('私|は|東京|へ|行っ|た');
});
