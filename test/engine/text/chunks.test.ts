// A text with tags is divided into chunks that hold none.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { divideText, type TextChunk } from '../../../src/engine/text/chunks.ts';
import { findLinks } from '../../../src/engine/text/markup/links.ts';
import { makeRespeller } from '../../../src/engine/text/markup/respell.ts';
import { parseTags } from '../../../src/engine/text/markup/tags.ts';
import { splitText } from '../../../src/engine/text/split.ts';

const SIZES = { splitText: true, chunkSize: 120 };

function divide(text: string, options = SIZES): TextChunk[] {
  return [...divideText(text, parseTags(text), options)];
}

function show(text: string, options = SIZES): [string, unknown][] {
  return divide(text, options).map(({ start, end, boundary }) => [text.slice(start, end), boundary]);
}

test('a pause is as long as was asked, whatever the text suggests', () => {
  expect(show('One. [pause:2s] Two\n\n[pause:50ms]Three [pause:1s]')).toEqual([
    ['One.', { pauseMs: 2000 }],
    ['Two', { pauseMs: 50 }],
    ['Three', { pauseMs: 1000 }],
  ]);
  expect(divide('[pause:2s]One. [voice:a]Two.').map(({ leadMs }) => leadMs)).toEqual([2000, 0]);
});

test('where the voice changes, the pause is what the text suggests', () => {
  expect(show('He said [voice:a]hello[/voice]. Then he left.[voice:a] Bye[/voice]\n\nThe end')).toEqual([
    ['He said', 'clause'],
    ['hello', 'sentence'],
    ['. Then he left.', 'sentence'],
    ['Bye', 'paragraph'],
    ['The end', 'end'],
  ]);
});

test('a text that is not to be split is divided at its tags alone', () => {
  const whole = { splitText: false, chunkSize: 50 };
  expect(show('One. Two. Three. [pause:1s] Four. Five.', whole).map(([text]) => text)).toEqual([
    'One. Two. Three.',
    'Four. Five.',
  ]);
});

test('a pronunciation is never cut, nor does it end a sentence', () => {
  const link = `[Dr. Who? Yes. He](/${'dˈɑktəɹ hˈu '.repeat(10)}/)`;
  const text = `We saw ${link} and ${link} yesterday, and ${link} today.`;
  const chunks = divide(text, { splitText: true, chunkSize: 50 });
  for (const { start, end } of chunks) {
    const links = findLinks(text).filter((one) => one.start < end && one.end > start);
    for (const one of links) expect(start <= one.start && one.end <= end).toBe(true);
  }
  expect(chunks.slice(0, -1).map(({ boundary }) => boundary)).not.toContain('sentence');
});

test('without tags and pronunciations the chunks are those of the plain text', () => {
  const text = 'A plain text. With [brackets] (and more), of course.\n\nAnd a paragraph. '.repeat(5);
  const plain = [...splitText(text, SIZES)];
  expect(divide(text)).toEqual(plain.map((range) => ({ ...range, voice: null, leadMs: 0 })));
});

test('no chunk has a tag in it, and together they hold everything else that can be spoken', () => {
  const piece = fc.constantFrom(
    ...[
      'Hello there. ',
      'and so on, ',
      'A word',
      ' ',
      '\n\n',
      '. ',
      '"',
      'Dr. No ',
      '[laugh] ',
      'x'.repeat(80),
    ],
    ...['[pause:1s]', '[voice:a]', '[/voice]', '[Kokoro](/kˈOkəɹO/) ', `[long](/${'ə '.repeat(90)}/) `],
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }),
      fc.integer({ min: 50, max: 200 }),
      (pieces, chunkSize) => {
        const text = pieces.join('');
        const tagged = parseTags(text);
        const chunks = [...divideText(text, tagged, { splitText: true, chunkSize })];
        expect([...divideText(text, parseTags(text), { splitText: true, chunkSize })]).toEqual(chunks);
        let end = 0;
        for (const chunk of chunks) {
          expect(chunk.start).toBeGreaterThanOrEqual(end);
          expect(text.slice(end, chunk.start).replace(/\[[^\]]*\]/g, '')).not.toMatch(/[\p{L}\p{N}]/u);
          const inner = text.slice(chunk.start, chunk.end);
          expect(parseTags(inner).tags).toEqual([]);
          const span = tagged.spans.find(({ start, end: to }) => start <= chunk.start && chunk.end <= to);
          expect(span?.voice).toBe(chunk.voice);
          end = chunk.end;
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('a sound that the model makes is never cut, nor taken for a word of the lexicon, and ends no sentence', () => {
  const modelTags = ['[clear throat]', '[laugh]'];
  const text = 'He stopped [clear throat] and went on [laugh] and on. '.repeat(40);
  const chunks = [...divideText(text, parseTags(text), { splitText: true, chunkSize: 50, modelTags })];
  const shown = chunks.map(({ start, end }) => text.slice(start, end));
  expect(shown.join(' ').match(/\[clear throat\]/g)!.length).toBe(40);
  expect(shown.filter((chunk) => /\[[^\]]*$|^[^[]*\]/.test(chunk))).toEqual([]);
  const { respell } = makeRespeller([
    { word: 'laugh', say: 'giggle' },
    { word: 'throat', say: 'neck' },
  ]);
  const spoken = 'They laugh. [laugh] My throat! [clear throat]';
  expect(respell(spoken, 'en', modelTags).text).toBe('They giggle. [laugh] My neck! [clear throat]');
  expect(respell(spoken, 'en').text).toBe('They giggle. [giggle] My neck! [clear neck]');
});

test('a tag begins a sentence where one ends before it, and is a word with a pronunciation where it has one', () => {
  const divideWith = (text: string) =>
    [...divideText(text, parseTags(text), { splitText: true, chunkSize: 50, modelTags: ['[laugh]'] })].map(
      ({ start, end }) => text.slice(start, end),
    );
  const first = 'That was the funniest thing of the whole long day.';
  expect(divideWith(`${first} [laugh] ${first}`)).toEqual([first, `[laugh] ${first}`]);
  expect(divideWith('[laugh](/lˈæf/) [laugh]')).toEqual(['[laugh](/lˈæf/) [laugh]']);
});
