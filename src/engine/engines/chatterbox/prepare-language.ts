// Text of one language as the multilingual model reads it: small letters, decomposed, with what a language needs beyond that.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openKanaReader } from '../../text/japanese/kana-reader.ts';

export interface PreparedText {
  text: string;
  warnings: string[];
}

export type PrepareLanguage = (text: string, language: string) => Promise<PreparedText>;

const CANGJIE_FILE = 'Cangjie5_TC.json';

/** Tables are read when a language first needs them. */
export function openLanguages(modelDir: string, files: readonly string[]): PrepareLanguage {
  let cangjie: Promise<(text: string) => string> | undefined;
  let kana: Promise<(text: string) => string> | undefined;
  return async (original, language) => {
    const text = original.toLowerCase().normalize('NFKD');
    switch (language) {
      case 'zh':
        if (!files.includes(CANGJIE_FILE))
          return warn(text, `This copy of the model lacks ${CANGJIE_FILE}: Chinese will not be understood.`);
        cangjie ??= openCangjie(join(modelDir, CANGJIE_FILE));
        return { text: (await cangjie)(text), warnings: [] };
      case 'ja':
        kana ??= openKanaReader();
        try {
          return { text: (await kana)(text).normalize('NFKD'), warnings: [] };
        } catch (error) {
          kana = undefined;
          return warn(text, `${(error as Error).message}. Kanji will not be understood.`);
        }
      case 'ko':
        return { text: text.trim(), warnings: [] };
      case 'he':
        return warn(
          text,
          'Hebrew is spoken without vowel points here: some words will be read wrong.',
          /[\u05b0-\u05bc]/,
        );
      case 'ru':
        return warn(
          text,
          'Russian is spoken without stress marks here: some words will be stressed wrong.',
          /\u0301/,
        );
      default:
        return { text, warnings: [] };
    }
  };
}

/** Nothing is said where the text brings what is missed. */
function warn(text: string, warning: string, unless?: RegExp): PreparedText {
  return { text, warnings: unless?.test(text) ? [] : [warning] };
}

/**
 * Characters by the keys that they are typed with in Cangjie: each row of the table is a character, a tab and its code. Characters
 * that share a code are told apart by their number among them.
 */
async function openCangjie(path: string): Promise<(text: string) => string> {
  const rows: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (!Array.isArray(rows)) throw new Error(`${path} is no table of Cangjie codes. Reinstall the model.`);
  const uses = new Map<string, number>();
  const spell = new Map<string, string>();
  for (const row of rows) {
    const [character = '', code = ''] = String(row).split('\t');
    const use = uses.get(code) ?? 0;
    uses.set(code, use + 1);
    const keys = use === 0 ? code : `${code}${use}`;
    spell.set(character, `${[...keys].map((key) => `[cj_${key}]`).join('')}[cj_.]`);
  }
  return (text) =>
    [...text]
      .map((character) => (/\p{Lo}/u.test(character) ? (spell.get(character) ?? character) : character))
      .join('');
}
