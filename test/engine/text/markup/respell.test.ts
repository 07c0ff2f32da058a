// The user's lexicon in a text.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findSource, type LexiconEntry, makeRespeller } from '../../../../src/engine/text/markup/respell.ts';

const entries: LexiconEntry[] = [
  { word: 'nginx', say: 'engine x' },
  { word: 'Polish', say: '/pˈOlɪʃ/' },
  { word: 'new york', say: 'the city' },
  { word: 'york', say: 'yorrk' },
  { word: 'c++', say: 'see plus plus' },
  { word: '.net', say: 'dot net' },
  { word: 'gif', say: 'jiff', language: 'en' },
  { word: 'St', say: 'saint', language: 'en-GB' },
];
const { respell, findUsed } = makeRespeller(entries);

describe('which words are meant', () => {
  test.each([
    ['nginx, Nginx and NGINX.', 'engine x, engine x and engine x.'],
    ['Polish the table', '[Polish](/pˈOlɪʃ/) the table'],
    ['polish the table', 'polish the table'],
    ['In New York, in York.', 'In the city, in yorrk.'],
    ['nginxed unnginx nginx_1', 'nginxed unnginx nginx_1'],
    ["nginx's nginx-based (nginx)", "engine x's engine x-based (engine x)"],
    ["l'nginx nginx'd", "l'nginx nginx'd"],
    ['C++ and .NET', 'see plus plus and dot net'],
    ['a gif', 'a jiff'],
    ['St Ives', 'St Ives'],
    ['[nginx](/nˈʌts/) [the nginx](/x/) nginx', '[nginx](/nˈʌts/) [the nginx](/x/) engine x'],
    ['nginx\u0301', 'nginx\u0301'],
  ])('%s', (text, spoken) => {
    expect(respell(text, 'en-US').text).toBe(spoken);
  });

  test('an entry of a language is for voices of it, and of its regions', () => {
    expect(respell('St Ives', 'en-GB').text).toBe('saint Ives');
    expect(respell('a gif', 'de-DE').text).toBe('a gif');
    expect(respell('a gif', 'EN').text).toBe('a jiff');
  });
});

test('only entries whose word occurs are told', () => {
  expect(findUsed('In New York with Nginx.').map(({ word }) => word)).toEqual(['new york', 'york', 'nginx']);
  expect(findUsed('polish')).toEqual([]);
});

test('every place of the spoken text is found again in the written one', () => {
  const piece = fc.constantFrom(
    'nginx',
    'New York',
    'Polish',
    'plain',
    ' ',
    ', ',
    '.',
    'C++',
    "'s",
    '[x](/ə/)',
    '😀',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const text = pieces.join('');
      const spoken = respell(text, 'en-US');
      let end = 0;
      for (let at = 0; at < spoken.text.length; at++) {
        const source = findSource(spoken, at, at + 1);
        expect(source.end).toBeGreaterThan(source.start);
        expect(source.end).toBeGreaterThanOrEqual(end);
        const isKept = text.slice(source.start, source.end) === spoken.text[at];
        const isReplaced = spoken.edits.some(
          ({ start, end: to }) => start === source.start && to === source.end,
        );
        expect(isKept || isReplaced).toBe(true);
        end = source.end;
      }
      expect(end).toBe(text.length);
    }),
    { numRuns: 200 },
  );
});
