// Japanese with its kanji replaced by how they are read, in hiragana; all else stays as it is written.
import { openMorphemes } from './morphemes.ts';

const KANJI = /[\u4e00-\u9fff]/;
const HIRAGANA_TO_KATAKANA = 0x60;

/** Rejects with the remedy when the package is not installed. */
export async function openKanaReader(): Promise<(text: string) => string> {
  const tokenizer = await openMorphemes();
  return (text) =>
    tokenizer
      .tokenize(text)
      .map(({ surface_form, reading }) => {
        if (!KANJI.test(surface_form) || reading === undefined) return surface_form;
        const hiragana = toHiragana(reading);
        // Apart from the word before, so that it is not taken for the particle.
        return /^[はへ]/.test(hiragana) ? ` ${hiragana}` : hiragana;
      })
      .join('');
}

function toHiragana(katakana: string): string {
  return katakana.replace(/[\u30a1-\u30f6]/g, (kana) =>
    String.fromCharCode(kana.charCodeAt(0) - HIRAGANA_TO_KATAKANA),
  );
}
