// What an entry of the user's lexicon may be: checked here, for the file and for the routes alike.
import { LONGEST_SAY, LONGEST_WORD } from '../../api/lexicon.ts';
import { isPhoneme, isSound } from '../../engine/text/english/alphabet.ts';
import type { LexiconEntry } from '../../engine/text/markup/respell.ts';

/** Signs of other alphabets, and what is meant here. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  g: 'ɡ',
  r: 'ɹ',
  e: 'ɛ or A',
  o: 'O',
  "'": 'ˈ',
  '’': 'ˈ',
  ',': 'ˌ',
  ɚ: 'əɹ',
  ɝ: 'ɜɹ',
};

/** The entry in its normal form, or what is wrong: a field and a sentence. */
export function readEntry(given: {
  word: string;
  say: string;
  language?: string | undefined;
}): LexiconEntry | { field: 'word' | 'say' | 'language'; msg: string } {
  const word = given.word.normalize('NFC').trim();
  const say = given.say.normalize('NFC').trim();
  const wrongWord = checkWords(word, LONGEST_WORD);
  if (wrongWord !== undefined) return { field: 'word', msg: wrongWord };
  const wrongSay = isPhonemes(say) ? checkPhonemes(say) : checkWords(say, LONGEST_SAY);
  if (wrongSay !== undefined) return { field: 'say', msg: wrongSay };
  const { language } = given;
  if (language === undefined) return { word, say };
  if (!/^[a-z]{2,8}(-[a-z0-9]{1,8}){0,3}$/i.test(language))
    return { field: 'language', msg: `expected a language such as en or en-US, got ${quote(language)}` };
  return { word, say, language };
}

function isPhonemes(say: string): boolean {
  return say.startsWith('/');
}

function checkWords(words: string, longest: number): string | undefined {
  if (words === '' || !/[\p{L}\p{N}]/u.test(words)) return 'expected a word with a letter or a digit';
  if (words.length > longest) return `has ${words.length} characters, at most ${longest} are taken`;
  if (!words.isWellFormed()) return 'holds half of a surrogate pair';
  const wrong = /[[\]\p{Cc}]/u.exec(words);
  return wrong ? `must not hold ${quote(wrong[0])}` : undefined;
}

function checkPhonemes(say: string): string | undefined {
  if (!/^\/.+\/$/su.test(say)) return 'phonemes stand between two slashes, such as /kˈOkəɹO/';
  const phonemes = [...say.slice(1, -1)];
  const wrong = [...new Set(phonemes.filter((phoneme) => !isPhoneme(phoneme)))];
  if (wrong.length > 0) {
    const named = wrong.map((sign) => {
      const meant = Object.hasOwn(LOOK_ALIKES, sign) ? LOOK_ALIKES[sign] : undefined;
      return meant === undefined ? sign : `${sign} (did you mean ${meant}?)`;
    });
    return `not in the alphabet of phonemes: ${named.join(', ')}. The alphabet is in docs/text.md`;
  }
  return phonemes.some(isSound) ? undefined : 'holds no phoneme that can be heard';
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 50));
}
