// Captions from a text and the times of its words.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cue, makeCues, makeWordCues } from '../../../src/engine/captions/cues.ts';
import { VTT_HEAD, writeSrtCue, writeVttCue } from '../../../src/engine/captions/formats.ts';
import { findSentences, type SpokenWord } from '../../../src/engine/captions/sentences.ts';
import { hasFfmpeg } from '../../helpers/ffmpeg.ts';

const tagsAndLinks = /(\[(?:\/|pause:|voice:)[^\]]*\]|\]\(\/[^)]*\/\)|\[)/;

/** Each word of the text takes a quarter of a second and is followed by a twentieth; pauses last as long as they say. */
function speak(text: string): { words: SpokenWord[]; lengthSec: number } {
  const words: SpokenWord[] = [];
  let sec = 0;
  let start = 0;
  for (const [index, part] of text.split(tagsAndLinks).entries()) {
    if (index % 2 === 1) sec += Number(/^\[pause:(\d+)s\]/.exec(part)?.[1] ?? 0);
    else {
      for (const word of part.matchAll(/\$?[\p{L}\p{N}](?:[\p{L}\p{N}'.,@-]*[\p{L}\p{N}])?/gu)) {
        words.push({
          start: start + word.index,
          end: start + word.index + word[0].length,
          startSec: sec,
          endSec: sec + 0.25,
        });
        sec += 0.3;
      }
    }
    start += part.length;
  }
  return { words, lengthSec: sec };
}

function readEscapes(captions: string): string {
  return captions
    .replaceAll('\u2060', '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trimEnd();
}

function cue(text: string): Cue[] {
  const { words, lengthSec } = speak(text);
  return [...makeCues(findSentences(text, words), lengthSec)];
}

function cueWords(text: string): string[] {
  return [...makeWordCues(findSentences(text, speak(text).words))].map(({ lines }) => lines.join('\n'));
}

describe('sentences', () => {
  const list = (text: string) => {
    const { shown, sentences } = findSentences(text, speak(text).words);
    return [...sentences].map(({ start, end, shownStart, shownEnd }) => [
      shown.slice(shownStart, shownEnd),
      text.slice(start, end),
    ]);
  };

  test('are shown without tags and pronunciations, and know their place in the text', () => {
    expect(
      list('[pause:1s]Dr. No said [voice:a]hello[/voice]. [Kokoro](/kˈOkəɹO/) is here.[voice:b]Yes.'),
    ).toEqual([
      ['Dr. No said hello.', 'Dr. No said [voice:a]hello[/voice].'],
      ['Kokoro is here.', 'Kokoro](/kˈOkəɹO/) is here.'],
      ['Yes.', 'Yes.'],
    ]);
  });

  test('of which nothing is heard are left out', () => {
    expect(list('One.\n\n* * *\n\nTwo.').map(([shown]) => shown)).toEqual(['One.', 'Two.']);
  });

  test('hold a word and its ending together though a pronunciation stands between them', () => {
    const text = "[Kokoro](/kˈOkəɹO/)'s voice.";
    const words = [
      { start: 1, end: 7, startSec: 0, endSec: 1 },
      { start: 19, end: 21, startSec: 1, endSec: 2 },
      { start: 22, end: 27, startSec: 2, endSec: 3 },
    ];
    const [sentence] = [...findSentences(text, words).sentences];
    expect(sentence!.words.map(({ start, end, endSec }) => [start, end, endSec])).toEqual([
      [1, 21, 2],
      [22, 27, 3],
    ]);
  });
});

describe('cues', () => {
  test('have two even lines at most, cut where a reader pauses', () => {
    const text =
      'This is a very long sentence, which goes on and on about nothing in particular, because captions have to be cut somewhere.';
    expect(cue(text).map(({ lines }) => lines)).toEqual([
      ['This is a very long sentence, which goes', 'on and on about nothing in particular,'],
      ['because captions have to be cut somewhere.'],
    ]);
    for (const { lines } of cue(text)) for (const line of lines) expect(line.length).toBeLessThanOrEqual(42);
  });

  test('end at a silence, and a short one stays a second where there is room', () => {
    expect(cue('Ready [pause:3s] steady [pause:3s] go. Now.')).toEqual([
      { startSec: 0, endSec: 1, lines: ['Ready'] },
      { startSec: expect.closeTo(3.3), endSec: expect.closeTo(4.3), lines: ['steady'] },
      { startSec: expect.closeTo(6.6), endSec: expect.closeTo(6.9), lines: ['go.'] },
      { startSec: expect.closeTo(6.9), endSec: expect.closeTo(7.2), lines: ['Now.'] },
    ]);
  });

  test('by word keep the punctuation of the word', () => {
    expect(cueWords('“Well,” said Dr. Smith (a man of $45.50) — and/or not!')).toEqual([
      '“Well,”',
      'said',
      'Dr.',
      'Smith',
      '(a',
      'man',
      'of',
      '$45.50)',
      'and/',
      'or',
      'not!',
    ]);
  });

  test('whatever is written: in order, without overlap, lines that fit, nothing lost', () => {
    const piece = fc.constantFrom(
      ...[
        'Hello there. ',
        'and, ',
        'a ',
        'word ',
        '\n\n',
        '\u2028',
        'Dr. ',
        '$45.50 ',
        'https://example.org/a/very/long/path/that/has/no/end ',
      ],
      ...[
        '[pause:2s]',
        '[voice:a]',
        '[/voice]',
        '[x](/ə/) ',
        '-->',
        '&',
        '<b>',
        'שלום עולם. ',
        '😀 ',
        '漢字かな交じり文。'.repeat(8),
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const { words, lengthSec } = speak(text);
        const timed = findSentences(text, words);
        const cues = [...makeCues(timed, lengthSec)];
        let from = 0;
        for (const { startSec, endSec, lines } of cues) {
          expect(startSec).toBeGreaterThanOrEqual(from);
          expect(endSec).toBeGreaterThan(startSec);
          expect(endSec).toBeLessThanOrEqual(lengthSec);
          expect(lines.length).toBeLessThanOrEqual(2);
          for (const line of lines) expect(line).toMatch(/^\S(.*\S)?$/u);
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(42);
          from = endSec;
        }
        expect(cueWords(text).length).toBe([...timed.sentences].flatMap((one) => one.words).length);
        const shown = cues
          .flatMap(({ lines }) => lines)
          .join('')
          .replace(/\s/g, '');
        for (const { start, end } of words)
          expect(shown).toContain(text.slice(start, end).replace(/\s/g, ''));
      }),
      { numRuns: 200 },
    );
  });
});

describe('files', () => {
  const nasty: Cue[] = [
    { startSec: 0, endSec: 1.5, lines: ['a --> b & <i>c</i>', 'd > e'] },
    { startSec: 3661.0005, endSec: 3661.0005, lines: ['שלום, עולם!'] },
  ];

  test('VTT escapes what it would take for its own', () => {
    expect(nasty.map(writeVttCue).join('')).toBe(
      '00:00:00.000 --> 00:00:01.500\na --&gt; b &amp; &lt;i&gt;c&lt;/i&gt;\nd &gt; e\n\n' +
        '01:01:01.001 --> 01:01:01.002\nשלום, עולם!\n\n',
    );
  });

  test.skipIf(!hasFfmpeg)('ffmpeg reads in SRT and VTT what was written (needs ffmpeg)', () => {
    const dir = mkdtempSync(join(tmpdir(), 'ttsd-captions-'));
    const read = (name: string, content: string) => {
      writeFileSync(join(dir, name), content);
      const { stdout, stderr } = spawnSync('ffmpeg', [
        ...['-v', 'warning', '-i', join(dir, name)],
        ...['-f', 'webvtt', '-'],
      ]);
      expect(stderr.toString()).toBe('');
      return readEscapes(stdout.toString());
    };
    const expected = readEscapes(
      VTT_HEAD + nasty.map(writeVttCue).join('').replace('00:00:00.000 --> 00:00:', '00:00.000 --> 00:'),
    );
    expect(expected).toContain('a --> b & <i>c</i>\nd > e');
    expect(read('captions.vtt', VTT_HEAD + nasty.map(writeVttCue).join(''))).toBe(expected);
    expect(read('captions.srt', nasty.map((one, index) => writeSrtCue(one, index + 1)).join(''))).toBe(
      expected,
    );
    const command = writeSrtCue({ startSec: 0, endSec: 1, lines: ['{\\an8}top'] }, 1);
    expect(read('command.srt', command)).toContain('{\\an8}top');
    rmSync(dir, { recursive: true });
  });
});
