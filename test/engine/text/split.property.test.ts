import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChunkRange, splitText } from '../../../src/engine/text/split.ts';

const fragments = [
  ...[
    '. ',
    '.',
    '? ',
    '! ',
    '...',
    '… ',
    '; ',
    ': ',
    ', ',
    ' — ',
    '—',
    '-',
    '"',
    '“',
    '”',
    "'",
    '(',
    ')',
    '[',
    ']',
    '*',
  ],
  ...[
    ' ',
    '  ',
    '\n',
    '\r\n',
    '\n\n',
    '\t',
    '\u00a0',
    '\u2028',
    '\u2029',
    '\f',
    ' '.repeat(70),
    '\n- ',
    '\n1. ',
    '\n# ',
  ],
  ...[
    'Dr.',
    'Mr.',
    'e.g.',
    'U.S.',
    'p.m.',
    'No.',
    'J.',
    'The',
    'I',
    'said',
    'and',
    'the',
    'house',
    'London',
    '3.14',
    '5',
  ],
  ...[
    '。',
    '！',
    '「',
    '」',
    '、',
    '日本',
    '؟',
    'שלום',
    'é',
    'e\u0301',
    '\u0301',
    '👍',
    '👩‍👩‍👧',
    '🇫🇷',
    '\ud83d',
    '\udc4d',
    '\0',
  ],
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...fragments), { maxLength: 400 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.string({ unit: 'grapheme', maxLength: 600 }),
  fc
    .tuple(fc.constantFrom(...fragments), fc.integer({ min: 1, max: 6000 }))
    .map(([part, count]) => part.repeat(count)),
);
const options = fc.record({ splitText: fc.boolean(), chunkSize: fc.integer({ min: 50, max: 1000 }) });

function check(
  body: (text: string, ranges: ChunkRange[], chosen: { splitText: boolean; chunkSize: number }) => void,
) {
  fc.assert(
    fc.property(text, options, (input, chosen) => body(input, [...splitText(input, chosen)], chosen)),
    { numRuns: 400 },
  );
}

test('chunks are in order, not empty, trimmed, and only white space lies outside them', () => {
  check((input, ranges) => {
    let position = 0;
    for (const { start, end } of ranges) {
      expect(input.slice(position, start).trim()).toBe('');
      expect(end).toBeGreaterThan(start);
      expect(input.slice(start, end).trim()).toBe(input.slice(start, end));
      position = end;
    }
    expect(input.slice(position).trim()).toBe('');
  });
});

test('no chunk is longer than one and a half times the chunk size, or than 1000', () => {
  check((_input, ranges, chosen) => {
    const max = chosen.splitText ? Math.min(1000, chosen.chunkSize * 1.5) : 1000;
    for (const { start, end } of ranges) expect(end - start).toBeLessThanOrEqual(max);
  });
});

test('sentences are packed greedily: a chunk above the size is one sentence, and none had room for the next', () => {
  const word = fc.stringMatching(/^[a-z]{3,9}$/);
  const sentence = fc
    .array(word, { minLength: 2, maxLength: 9 })
    .map((words) => `We saw ${words.join(' ')} there.`);
  const size = fc.integer({ min: 100, max: 300 });
  fc.assert(
    fc.property(fc.array(sentence, { minLength: 1, maxLength: 20 }), size, (sentences, chunkSize) => {
      const input = sentences.join(' ');
      const chunks = [...splitText(input, { splitText: true, chunkSize })];
      const texts = chunks.map(({ start, end }) => input.slice(start, end));
      expect(texts.join(' ')).toBe(input);
      for (const [index, chunk] of texts.entries()) {
        expect(chunk).toMatch(/^We .*there\.$/);
        if (chunk.length > chunkSize) expect(chunk.match(/We saw/g)).toHaveLength(1);
        const following = texts[index + 1]?.match(/^.*?there\./)?.[0];
        if (following) expect(chunk.length + 1 + following.length).toBeGreaterThan(chunkSize);
      }
    }),
  );
});

test('no cut falls inside a character that a reader sees', () => {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  check((input, ranges) => {
    const clusters = [...segmenter.segment(input)];
    // Hundreds of accents on one letter have to be cut somewhere.
    if (clusters.some(({ segment }) => segment.length > 25)) return;
    const breaks = new Set(clusters.map(({ index }) => index));
    for (const [index, { start }] of ranges.entries()) {
      if (index === 0) continue;
      const gap = Array.from({ length: start - ranges[index - 1]!.end + 1 }, (_, offset) => start - offset);
      expect(gap.some((position) => breaks.has(position))).toBe(true);
    }
  });
});

test('the last chunk, and no other, is followed by the end', () => {
  check((input, ranges) => {
    expect(ranges.length === 0).toBe(input.trim() === '');
    for (const [index, range] of ranges.entries()) {
      expect(range.boundary === 'end').toBe(index === ranges.length - 1);
    }
  });
});

test('the same text is always split the same way, also when two splits take turns', () => {
  fc.assert(
    fc.property(text, text, options, (first, second, chosen) => {
      const expected = [...splitText(first, chosen)];
      const other = splitText(second, chosen);
      const found: ChunkRange[] = [];
      for (const range of splitText(first, chosen)) {
        other.next();
        found.push(range);
      }
      expect(found).toEqual(expected);
    }),
  );
});

test('what stands far behind a chunk does not change it', () => {
  check((input, ranges, chosen) => {
    const reach = 4000;
    const changed = [...splitText(`${input}${' a'.repeat(reach / 2)} Then. ${input}`, chosen)];
    const settled = ranges.filter(({ end }) => end < input.length - reach);
    expect(changed.slice(0, settled.length)).toEqual(settled);
  });
});

test('a surrogate pair is never torn, however many accents it carries', () => {
  check((input, ranges) => {
    for (const { end } of ranges)
      expect(input.slice(end - 1, end + 1)).not.toMatch(/^[\uD800-\uDBFF][\uDC00-\uDFFF]$/);
  });
});
