// Lines for people: columns as a terminal counts them.
import { expect, test } from 'vitest';
import { alignColumns, cutLine, wrapValues } from '../../src/cli/render.ts';

test.each([
  ['as long as it may be', 'Größe', 5, 'Größe'],
  ['longer', 'The harbour', 6, 'The h…'],
  ['cut at a blank', 'The harbour', 5, 'The…'],
  ['of letters as wide as two', '世界 later', 7, '世界 l…'],
  ['with no room for half of a wide letter', '世界世界', 4, '世…'],
  ['with accents of their own', 'e\u0301e\u0301e\u0301', 3, 'e\u0301e\u0301e\u0301'],
])('a line %s', (_what, line, width, expected) => {
  expect(cutLine(line, width)).toBe(expected);
});

test('columns stand below each other, whatever the letters', () => {
  expect(
    alignColumns([
      ['世界', 'a'],
      ['abcde', 'b'],
      ['é', 'c'],
    ]),
  ).toEqual(['世界   a', 'abcde  b', 'é      c']);
});

test('a value that is too long for a terminal goes on below its beginning; a word is never broken', () => {
  expect(
    wrapValues(['voice       af_heart, af_bella, af_sky', 'id          0198c2f1-e519-46ff'], 24),
  ).toEqual([
    'voice       af_heart,',
    '            af_bella,',
    '            af_sky',
    'id          0198c2f1-e519-46ff',
  ]);
  expect(wrapValues(['voice       one two'], Number.POSITIVE_INFINITY)).toEqual(['voice       one two']);
});
