import { expect, test } from 'vitest';
import { sayFigure } from '../../../../src/engine/text/chinese/numbers.ts';
import { openChinesePhonemizer } from '../../../../src/engine/text/chinese/phonemize.ts';
import { pronounceSyllable } from '../../../../src/engine/text/chinese/syllable.ts';

test.each([
  ['0', '零'],
  ['10', '十'],
  ['115', '一百一十五'],
  ['1,005', '一千零五'],
  ['20000', '二万'],
  ['100010', '十万零一十'],
  ['120000000', '一亿二千万'],
  ['3.14', '三点一四'],
  ['65%', '百分之六十五'],
  ['007', '零零七'],
])('%s is said %s', (figure, expected) => {
  expect(sayFigure(figure, '')).toBe(expected);
});

test('a year is said digit by digit', () => {
  expect(sayFigure('2024', '年')).toBe('二零二四');
});

test.each([
  ['zhong1', '\uAB67ʊ→ŋ'],
  ['shi4', 'ʂɨ↘'],
  ['lü4', 'ly↘'],
  ['xue2', 'ɕɥe↗'],
  ['jiu3', 'ʨjou↓'],
  ['wei4', 'wei↘'],
  ['yuan2', 'ɥɛ↗n'],
  ['yi1', 'i→'],
  ['bo1', 'pwo→'],
  ['er4', 'ɚ↘'],
  ['de0', 'tɤ'],
  ['zhun3', '\uAB67wə↓n'],
])('%s sounds %s', (pinyin, expected) => {
  expect(pronounceSyllable(pinyin)).toBe(expected);
});

test('words have their places, figures are said, marks are kept', async () => {
  const text = '今天很好，银行有3个。';
  const phonemizer = openChinesePhonemizer(() => Promise.reject(new Error('there is no English here')));
  const { phonemes, words, warnings } = await phonemizer.phonemize(text);
  expect(warnings).toEqual([]);
  expect(words.map(({ start, end }) => text.slice(start, end)).join('|')).toBe('今天|很好|银行|有|3|个');
  expect(phonemes).toBe('ʨi→ntʰjɛ→n xə↓nxau↓, i↗nxa↗ŋ jou↓ sa→n kɤ↘.');
});
