// Mandarin to phonemes, for Kokoro: words by the runtime's own dictionary, pinyin by its context, Latin words by the English front end.
import { pinyin } from 'pinyin-pro';
import { createPhonemeLine } from '../phoneme-line.ts';
import type { Phonemized, Phonemizer } from '../phonemizer.ts';
import { WIDE_MARKS } from '../wide-marks.ts';
import { sayFigure } from './numbers.ts';
import { pronounceSyllable } from './syllable.ts';

const PART = /(\p{Script=Han}+)|(\d[\d,]*(?:\.\d+)?%?)|([A-Za-z][A-Za-z' -]*[A-Za-z]|[A-Za-z])|(\S)/gu;

export function openChinesePhonemizer(openEnglish: () => Promise<Phonemizer>): Phonemizer {
  const words = new Intl.Segmenter('zh', { granularity: 'word' });
  let english: Promise<Phonemizer> | undefined;

  async function phonemize(original: string): Promise<Phonemized> {
    // Characters of full width keep their places.
    const text = original.replace(/[０-９Ａ-Ｚａ-ｚ％]/g, (wide) =>
      String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
    );
    const line = createPhonemeLine();
    const warnings: string[] = [];
    const unknown = new Set<string>();
    for (const { 0: part, 1: han, 2: figure, 3: latin, index } of text.matchAll(PART)) {
      const end = index + part.length;
      if (han !== undefined) sayHan(han, index);
      else if (figure !== undefined)
        line.addWord({ start: index, end }, pronounce(sayFigure(figure, text[end] ?? ''), unknown));
      else if (latin !== undefined) {
        english ??= openEnglish();
        const spoken = await (await english).phonemize(latin);
        line.addWord({ start: index, end }, spoken.phonemes);
        warnings.push(...spoken.warnings);
      } else if (Object.hasOwn(WIDE_MARKS, part)) line.addMark(WIDE_MARKS[part]!);
    }
    if (unknown.size > 0) warnings.push(`No pronunciation is known for ${[...unknown].join(' ')}, skipped.`);
    return line.finish(warnings);

    function sayHan(run: string, at: number): void {
      const spoken = pronounceAll(run, unknown);
      for (const { segment, index } of words.segment(run)) {
        // Characters beyond the first plane are two units long and one syllable.
        const from = [...run.slice(0, index)].length;
        const phonemes = spoken.slice(from, from + [...segment].length).join('');
        line.addWord({ start: at + index, end: at + index + segment.length }, phonemes);
      }
    }
  }

  return {
    phonemize,
    async close() {
      await (await english)?.close();
    },
  };
}

function pronounce(text: string, unknown: Set<string>): string {
  return pronounceAll(text, unknown).join('');
}

/** One entry for each character. */
function pronounceAll(text: string, unknown: Set<string>): string[] {
  const characters = [...text];
  return pinyin(text, { type: 'array', toneType: 'num' }).map((syllable, i) => {
    const phonemes = pronounceSyllable(syllable);
    if (phonemes === undefined) unknown.add(characters[i] ?? syllable);
    return phonemes ?? '';
  });
}
