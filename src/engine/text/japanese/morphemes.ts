// Japanese words and their readings, by kuromoji, an optional package.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface Morpheme {
  surface_form: string;
  /** Katakana as it is written out; missing for words that are not in the dictionary. */
  reading?: string;
  /** Katakana as it is spoken, particles too; missing likewise. */
  pronunciation?: string;
  /** From 1, in UTF-16 units. */
  word_position: number;
}
export interface Morphemes {
  tokenize(text: string): Morpheme[];
}
interface Kuromoji {
  builder(options: { dicPath: string }): {
    build(done: (error: Error | null, tokenizer: Morphemes) => void): void;
  };
}

/** Rejects with the remedy when the package is not installed. */
export async function openMorphemes(): Promise<Morphemes> {
  const require = createRequire(import.meta.url);
  let kuromoji: Kuromoji;
  let dicPath: string;
  try {
    dicPath = join(dirname(require.resolve('kuromoji/package.json')), 'dict');
    kuromoji = require('kuromoji');
  } catch (cause) {
    throw new Error('Japanese needs the npm package kuromoji: install ttsd without --omit=optional', {
      cause,
    });
  }
  return new Promise((resolve, reject) => {
    kuromoji.builder({ dicPath }).build((error, tokenizer) => {
      if (error) reject(error);
      else resolve(tokenizer);
    });
  });
}
