// From one phoneme alphabet to another; each word keeps its part.
import type { Phonemized, Phonemizer } from './phonemizer.ts';

/** What is written for a letter or a run of letters; letters that are not named stay. */
export type AlphabetTable = Readonly<Record<string, string>>;

/** The same front end, its phonemes in the alphabet of `table`. */
export function translate(phonemizer: Phonemizer, table: AlphabetTable): Phonemizer {
  const rewrite = makeTranslation(table);
  return {
    phonemize: async (text) => rewrite(await phonemizer.phonemize(text)),
    readAhead: (text) => phonemizer.readAhead?.(text),
    close: () => phonemizer.close(),
  };
}

/** The longest entry that fits is taken at each place. */
export function makeTranslation(table: AlphabetTable): (phonemized: Phonemized) => Phonemized {
  const entries = Object.entries(table).sort(([a], [b]) => b.length - a.length);
  const first = new Map<string, (readonly [string, string])[]>();
  for (const entry of entries) {
    const letter = entry[0][0]!;
    first.set(letter, [...(first.get(letter) ?? []), entry]);
  }
  return ({ phonemes, words, warnings }) => {
    /** Where each letter of the old text begins in the new one. */
    const places: number[] = [];
    let written = '';
    for (let at = 0; at < phonemes.length; ) {
      const [from, to] = first.get(phonemes[at]!)?.find(([letters]) => phonemes.startsWith(letters, at)) ?? [
        phonemes[at]!,
        phonemes[at]!,
      ];
      for (let i = 0; i < from.length; i++) places[at + i] = written.length;
      written += to;
      at += from.length;
    }
    places[phonemes.length] = written.length;
    return {
      phonemes: written,
      words: words.map((word) => ({
        ...word,
        phonemeStart: places[word.phonemeStart]!,
        phonemeEnd: places[word.phonemeEnd]!,
      })),
      warnings,
    };
  };
}
