// Japanese to phonemes, for Kokoro: words and their readings by kuromoji, an optional package; Latin words by the English front end.
import { createPhonemeLine } from '../phoneme-line.ts';
import type { Phonemized, Phonemizer } from '../phonemizer.ts';
import { WIDE_MARKS } from '../wide-marks.ts';
import { pronounceKana } from './kana.ts';
import { type Morpheme, openMorphemes } from './morphemes.ts';
import { sayFigure } from './numbers.ts';

/** A wave is a drawn-out pause. */
const MARKS: Readonly<Record<string, string>> = { ...WIDE_MARKS, '〜': '—' };
const PART = /(\d[\d,]*(?:\.\d+)?)|([A-Za-z][A-Za-z' -]*[A-Za-z]|[A-Za-z])|([^\dA-Za-z]+)/g;
const KANA = /^[\u3041-\u3096\u30A1-\u30FC]+$/;

/** Rejects with the remedy when the package is not installed. */
export async function openJapanesePhonemizer(openEnglish: () => Promise<Phonemizer>): Promise<Phonemizer> {
  const tokenizer = await openMorphemes();
  let english: Promise<Phonemizer> | undefined;

  async function phonemize(original: string): Promise<Phonemized> {
    // Characters of full width keep their places.
    const text = original.replace(/[０-９Ａ-Ｚａ-ｚ]/g, (wide) =>
      String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
    );
    const line = createPhonemeLine();
    const warnings: string[] = [];
    const unknown = new Set<string>();
    for (const { 0: part, 1: figure, 2: latin, index } of text.matchAll(PART)) {
      const place = { start: index, end: index + part.length };
      if (figure !== undefined) line.addWord(place, pronounceKana(sayFigure(figure)));
      else if (latin !== undefined) {
        english ??= openEnglish();
        const spoken = await (await english).phonemize(latin);
        line.addWord(place, spoken.phonemes);
        warnings.push(...spoken.warnings);
      } else sayMorphemes(part, index);
    }
    if (unknown.size > 0) warnings.push(`No reading is known for ${[...unknown].join(' ')}, skipped.`);
    return line.finish(warnings);

    function sayMorphemes(run: string, at: number): void {
      const morphemes = tokenizer.tokenize(run);
      let isJoined = false;
      for (const [i, { surface_form, word_position }] of morphemes.entries()) {
        const reading = findReading(morphemes[i]!);
        const start = at + word_position - 1;
        if (reading !== undefined) {
          const next = morphemes[i + 1];
          const spoken = pronounceKana(reading, next && findReading(next));
          line.addWord({ start, end: start + surface_form.length }, spoken, isJoined);
          // A stop at the end of a word doubles the next one's first sound.
          isJoined = spoken.endsWith('ʔ');
          continue;
        }
        isJoined = false;
        for (const character of surface_form) {
          if (Object.hasOwn(MARKS, character)) line.addMark(MARKS[character]!);
          else if (/\p{L}/u.test(character)) unknown.add(character);
        }
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

function findReading({ surface_form, pronunciation }: Morpheme): string | undefined {
  if (pronunciation !== undefined && KANA.test(pronunciation)) return pronunciation;
  return KANA.test(surface_form) ? surface_form : undefined;
}
