// Tags are taken out of a text, and nothing else is.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTags, sumPausesMs } from '../../../../src/engine/text/markup/tags.ts';

/** The spans as text, each with its voice before and its pause behind. */
function show(text: string): string {
  const { spans, leadMs } = parseTags(text);
  const parts = spans.map(({ start, end, voice, pauseAfterMs }) => {
    const spoken = text.slice(start, end).trim();
    return `${voice ? `${voice.name}: ` : ''}${spoken}${pauseAfterMs === null ? '' : ` +${pauseAfterMs}`}`;
  });
  return [...(leadMs > 0 ? [`+${leadMs}`] : []), ...parts].join(' | ');
}

describe('pauses', () => {
  test.each([
    ['A [pause:1.5s] B', 'A +1500 | B'],
    ['A [pause:300ms] B', 'A +300 | B'],
    ['A [PAUSE : 2 Seconds ] B', 'A +2000 | B'],
    ['A [pause:2] B', 'A +2000 | B'],
    ['A [pause:.5s] B', 'A +500 | B'],
    ['A [pause:1,5s] B', 'A +1500 | B'],
    ['A [pause:1m] B', 'A +60000 | B'],
    ['A [pause:0s] B', 'A +0 | B'],
    ['A [pause:1s][pause:1s] B', 'A +2000 | B'],
    ['[pause:1s] A [pause:2s]', '+1000 | A +2000'],
    ['A [pause:1s] ... [pause:1s] B', 'A +2000 | B'],
    ['un[pause:100ms]believable', 'un +100 | believable'],
  ])('%s', (text, spans) => {
    expect(show(text)).toBe(spans);
    expect(parseTags(text).warnings).toEqual([]);
  });

  test.each([
    ['A [pause:] B', 'A +500 | B', /\[pause:\] gives no length/],
    ['A [pause] B', 'A +500 | B', /\[pause:1\.5s\] or \[pause:300ms\]/],
    ['A [pause:-1s] B', 'A +500 | B', /\[pause:-1s\] gives no length/],
    ['A [pause: for effect] B', 'A +500 | B', /gives no length/],
    ['A [pause:99h] B', 'A +300000 | B', /\[pause:99h\] is longer .* 5 minutes were used/],
    ['A [/voice] B', 'A | B', /ends a voice that was not begun/],
  ])('%s is understood as far as can be, and said', (text, spans, warning) => {
    expect(show(text)).toBe(spans);
    expect(parseTags(text).warnings).toEqual([expect.stringMatching(warning)]);
  });
});

describe('voices', () => {
  test.each([
    ['A [voice:bob]B[/voice] C', 'A | bob: B | C'],
    ['[voice:a]A [voice:b]B[/voice] C[/voice] D', 'a: A | b: B | a: C | D'],
    ['A [voice:bob]to the end', 'A | bob: to the end'],
    ['[ Voice : Emily.wav ]A[ / VOICE ]', 'Emily.wav: A'],
    ['[voice:bob]A[pause:1s]B[/voice][pause:2s]C', 'bob: A +1000 | bob: B +2000 | C'],
    ['He said "[voice:bob]hello[/voice]".', 'He said " | bob: hello'],
  ])('%s', (text, spans) => {
    expect(show(text)).toBe(spans);
    expect(parseTags(text).warnings).toEqual([]);
  });

  test('one that has nothing to say is named all the same, with its place', () => {
    expect(parseTags('Hi [voice:nobody][/voice].').voices).toEqual([{ name: 'nobody', at: 3 }]);
  });
});

test.each([
  'A [laugh] B',
  'A [1] [sic] [ ] [] B',
  'A [voice] B',
  'A [paused:1s] B',
  'A [pause:1s B',
  'A [pause\n:1s] B',
  'A [pause](/pˈɔz/) B',
  'A pause:1s] B',
])('%j stays text', (text) => {
  expect(parseTags(text)).toMatchObject({ tags: [], warnings: [], spans: [{ start: 0, end: text.length }] });
});

test.each([
  'Write `[pause:1s]` for a pause.',
  'Write ``[pause:1s]`` for a pause.',
  'So:\n```\n[pause:1s]\n```\nThat is all.',
])('%j shows a tag as code: it is text, and that is said', (text) => {
  const { tags, warnings } = parseTags(text);
  expect(tags).toEqual([]);
  expect(warnings).toEqual(['[pause:1s] stands in code (between backticks) and is read as text.']);
});

test('a stray backtick does not switch tags off', () => {
  expect(parseTags('It`s late. [pause:1s] Don`t wait.').tags.length).toBe(1);
  expect(parseTags('``` [pause:1s] and ```').tags.length).toBe(0);
  expect(parseTags('One `\n[pause:1s] two `').tags.length).toBe(1);
});

test('a text of tags alone has nothing to speak', () => {
  expect(parseTags('[pause:1s] … [voice:bob] [/voice]').spans).toEqual([]);
  expect(parseTags('…').spans.length).toBe(1);
});

test('a thousand mistakes are not a thousand warnings', () => {
  const text = Array.from({ length: 1000 }, (_, index) => `A [pause:x${index}] B`).join(' ');
  expect(parseTags(text).warnings.length).toBe(6);
  expect(parseTags(text).warnings.at(-1)).toMatch(/995 more/);
});

test('whatever is written, each character is in a span, in a tag or not worth speaking', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '[pause:1s]',
      '[pause:',
      '[voice:a]',
      '[voice:b]',
      '[/voice]',
      '[',
      ']',
      '`',
      '```',
      '\n',
      '(/x/)',
    ),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
    fc.constantFrom('Hello there. ', 'and, ', '[word](/wˈɜɹd/) ', '[laugh] '),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      const { spans, tags } = parseTags(text);
      let end = 0;
      const covered = [...spans, ...tags].sort((a, b) => a.start - b.start);
      for (const range of covered) {
        expect(range.start).toBeGreaterThanOrEqual(end);
        if (tags.length > 0) expect(text.slice(end, range.start)).not.toMatch(/[\p{L}\p{N}]/u);
        end = range.end;
      }
      for (const span of spans) {
        const inner = parseTags(text.slice(span.start, span.end).replaceAll('`', ' '));
        if (!text.includes('`')) expect(inner.tags).toEqual([]);
      }
      for (const tag of tags) expect(text.slice(tag.start, tag.end)).toMatch(/^\[.*\]$/s);
      const pauses = tags.filter(({ kind }) => kind === 'pause');
      const isPlain = ({ start, end: to }: { start: number; end: number }) =>
        text.slice(start, to) === '[pause:1s]';
      if (pauses.every(isPlain)) expect(sumPausesMs(parseTags(text))).toBe(pauses.length * 1000);
    }),
    { numRuns: 300 },
  );
});

test('a million characters of beginnings of tags are text', () => {
  for (const part of ['[pause:', '[voice:', '`', '[', '``` ', '[x](/', '[    ']) {
    const text = part.repeat(1_000_000 / part.length);
    expect(parseTags(text).tags).toEqual([]);
  }
});
