// One written word, or a combination of pieces, looked up: function words, the lexicon, inflected forms, numbers.
import { inflect, isInflected } from './endings.ts';
import { pronounceFunctionWord } from './function-words.ts';
import type { Context, Lexicon } from './lexicon.ts';
import { isNumber, pronounceNumber } from './number-phonemes.ts';
import type { StressChange } from './stress.ts';

/** `undefined` where nothing is known; `isHead`: nothing is written right before it. */
export function pronounceWord(
  text: string,
  tag: string,
  currency: string | undefined,
  isHead: boolean,
  context: Context,
  lexicon: Lexicon,
): string | undefined {
  const word = text.replaceAll(/[‘’]/g, "'").normalize('NFKC');
  const lower = word.toLowerCase();
  const stress: StressChange | undefined =
    word === lower ? undefined : word === word.toUpperCase() ? 'raise' : 'hint';
  const listed = pronounceListed(word, tag, stress, context, lexicon);
  if (listed !== undefined) return listed;
  if (isNumber(word, isHead)) return pronounceNumber(word, currency, isHead, lexicon);
  if (!/^[A-Za-z'-]*$/.test(word)) return undefined;
  if (word === lower) return pronounceAsName(word, tag, context, lexicon);
  if (word !== word.toUpperCase() && word.slice(1) !== lower.slice(1)) return undefined;
  return pronounceListed(lower, tag, stress, context, lexicon);
}

/** "unicode", listed as "Unicode" only. */
function pronounceAsName(word: string, tag: string, context: Context, lexicon: Lexicon): string | undefined {
  const name = word.slice(0, 1).toUpperCase() + word.slice(1);
  return word.length > 3 && lexicon.has(name) ? lexicon.look(name, tag, undefined, context) : undefined;
}

function pronounceListed(
  written: string,
  tag: string,
  stress: StressChange | undefined,
  context: Context,
  lexicon: Lexicon,
): string | undefined {
  const special = pronounceFunctionWord(written, tag, stress, context, lexicon);
  if (special !== undefined) return special;
  const word = lowerIfCommon(written, tag, lexicon);
  if (lexicon.isKnown(word)) return lexicon.look(word, tag, stress, context);
  if (word.endsWith("s'") && lexicon.isKnown(`${word.slice(0, -2)}'s`))
    return lexicon.look(`${word.slice(0, -2)}'s`, tag, stress, context);
  if (word.endsWith("'") && lexicon.isKnown(word.slice(0, -1)))
    return lexicon.look(word.slice(0, -1), tag, stress, context);
  return inflect(word, tag, stress, context, lexicon);
}

/** Capitals at the start of a sentence or for emphasis: "Walked", "STOP". */
function lowerIfCommon(word: string, tag: string, lexicon: Lexicon): string {
  const lower = word.toLowerCase();
  if (word.length < 2 || word === lower || !/^[\p{L}']+$/u.test(word)) return word;
  if ((tag === 'NNP' && word.length <= 7) || lexicon.has(word)) return word;
  if (word !== word.toUpperCase() && word.slice(1) !== lower.slice(1)) return word;
  return lexicon.has(lower) || isInflected(lower, lexicon) ? lower : word;
}
