import { describe, expect, test } from 'vitest';
import { splitText } from '../../../src/engine/text/split.ts';

function readChunks(text: string, chunkSize = 120, isSplit = true): [string, string][] {
  const ranges = [...splitText(text, { splitText: isSplit, chunkSize })];
  return ranges.map(({ start, end, boundary }) => [text.slice(start, end), boundary]);
}

const long =
  'The old lighthouse keeper climbed the stairs every evening before the sun went down; he lit the great lamp with a steady hand, and he watched the ships until the morning came.';

describe('packing', () => {
  test('short sentences share a chunk up to the chunk size', () => {
    const text = 'One is here. Two is here. Three is here. Four is here. Five is here.';
    expect(readChunks(text, 50)).toEqual([
      ['One is here. Two is here. Three is here.', 'sentence'],
      ['Four is here. Five is here.', 'end'],
    ]);
    expect(readChunks(text)).toEqual([[text, 'end']]);
  });

  test('a paragraph ends a chunk, however short', () => {
    expect(readChunks('One.\n\nTwo.\n \n\nThree.')).toEqual([
      ['One.', 'paragraph'],
      ['Two.', 'paragraph'],
      ['Three.', 'end'],
    ]);
  });

  test('headings and list items stand alone and are followed by the pause of a sentence', () => {
    expect(readChunks('Shopping list\n- apples\n- pears\n\nThat is all. Really.')).toEqual([
      ['Shopping list', 'sentence'],
      ['- apples', 'sentence'],
      ['- pears', 'paragraph'],
      ['That is all. Really.', 'end'],
    ]);
  });

  test('hard-wrapped prose is one paragraph, its line ends are spaces', () => {
    const text =
      'Alice was beginning to get very tired of sitting by her sister on the\nbank, and of having nothing to do: once or twice she had peeped into\nthe book Her sister was reading.';
    expect(readChunks(text, 200)).toEqual([[text, 'end']]);
  });

  test('a rule of asterisks is nothing to speak and goes with the paragraph before it', () => {
    expect(readChunks('The end.\n\n* * *\n\nThe start.')).toEqual([
      ['The end.\n\n* * *', 'paragraph'],
      ['The start.', 'end'],
    ]);
    expect(readChunks('* * *\n\nThe start.')).toEqual([['* * *\n\nThe start.', 'end']]);
  });

  test('a paragraph of one unbroken line ends at its newline', () => {
    const line = `${'It was a quiet evening in the harbour. '.repeat(4)}It was late.`;
    expect(readChunks(`${line}\n${line}`, 1000)).toEqual([
      [line, 'paragraph'],
      [line, 'end'],
    ]);
  });
});

describe('long sentences', () => {
  test('a sentence up to one and a half times the size stays whole', () => {
    expect(long.length).toBeLessThan(180);
    expect(readChunks(long)).toEqual([[long, 'end']]);
  });

  test.each([
    ['a semicolon', long, 100, 'went down;'],
    ['a dash', long.replace(';', ' –'), 100, 'went down –'],
    ['a dash without spaces', long.replace('; ', '—'), 100, 'went down—'],
    ['a comma', long.replace(';', ','), 100, 'went down,'],
    ['a conjunction', long.replace(';', ' and'), 100, 'went down'],
  ])('are divided at %s', (_name, text, chunkSize, ending) => {
    const chunks = readChunks(text, chunkSize);
    expect(chunks).toHaveLength(2);
    expect(chunks[0]?.[0].endsWith(ending)).toBe(true);
    expect(chunks[0]?.[1]).toBe('clause');
  });

  test('are divided into pieces of much the same length, without a small rest', () => {
    const words = 'word '.repeat(61).trim();
    const lengths = readChunks(words, 100).map(([chunk]) => chunk.length);
    expect(lengths).toHaveLength(4);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(10);
  });

  test('are not divided between an article and its noun where there is a choice', () => {
    for (const [chunk, boundary] of readChunks('we went to the house of the king '.repeat(20), 60)) {
      if (boundary === 'clause') expect(chunk).not.toMatch(/ (?:the|of|to)$/);
    }
  });

  test('are not divided inside abbreviations and numbers', () => {
    const text = 'we paid Mr. Jones $45.50 at 5 p.m. for v1.2.3 of example.com '.repeat(12);
    for (const [chunk] of readChunks(text, 50)) {
      expect(chunk).not.toMatch(/(?:Mr\.|\$45\.?|v1|1\.|example\.?)$/);
    }
  });

  test('text in lower case is divided at its full stops', () => {
    const text = 'hello there my friend. how are you doing today? i am fine. '.repeat(6);
    for (const [chunk] of readChunks(text, 100)) expect(chunk).toMatch(/[.?]$/);
  });

  test('the rest of a divided sentence is packed with the next sentence', () => {
    const text = `${long.replace(';', ',')} He slept. He woke.`;
    expect(readChunks(text, 115).at(-1)?.[0]).toMatch(/came\. He slept\. He woke\.$/);
  });

  test('without any space they are cut between characters', () => {
    expect(readChunks('a'.repeat(200), 50).map(([chunk]) => chunk.length)).toEqual([50, 50, 50, 50]);
    for (const character of ['👍', '👩‍👩‍👧', '🇫🇷', 'e\u0301']) {
      for (const [chunk] of readChunks(character.repeat(300), 50)) {
        expect(chunk.replaceAll(character, '')).toBe('');
      }
    }
  });
});

describe('without splitting', () => {
  test('a text up to 1000 characters is one chunk, paragraphs and all', () => {
    const text = 'One two three.\n\n- Four five six\n'.repeat(31).trim();
    expect(text.length).toBeGreaterThan(900);
    expect(readChunks(text, 50, false)).toEqual([[text, 'end']]);
  });

  test('a longer text is divided at the ends of sentences', () => {
    const chunks = readChunks('We went to the sea and came back. '.repeat(100), 50, false);
    expect(chunks.length).toBe(4);
    for (const [chunk] of chunks) {
      expect(chunk.length).toBeLessThanOrEqual(1000);
      expect(chunk).toMatch(/^We .* back\.$/);
    }
  });
});

describe('a million characters', () => {
  const million = 1_000_000;
  test.each([
    ['letters', 'a'],
    ['newlines', '\n'],
    ['periods', '.'],
    ['quotes', '"'],
    ['opening brackets', '('],
    ['closing brackets', ')'],
    ['dashes', '—'],
    ['accents', '\u0301'],
    ['high surrogates', '\ud83d'],
    ['NULs', '\0'],
    ['list numbers', '1. '],
    ['short lines', 'a\n'],
    ['ideographic full stops', '日。'],
  ])('of %s are split', (_name, unit) => {
    const text = unit.repeat(Math.floor(million / unit.length));
    let length = 0;
    for (const { start, end } of splitText(text, { splitText: true, chunkSize: 120 })) length += end - start;
    expect(length).toBeGreaterThanOrEqual(text.replace(/\s/g, '').length);
  });

  test('of one word between two deserts of white space are one chunk', () => {
    const desert = ' \n'.repeat(million / 2);
    expect([...splitText(`${desert}word${desert}`, { splitText: true, chunkSize: 120 })]).toEqual([
      { start: million, end: million + 4, boundary: 'end' },
    ]);
  });
});

test.each(['', ' ', '\n\n\t\u00a0\ufeff'])('blank text has no chunks', (text) => {
  expect(readChunks(text)).toEqual([]);
});
