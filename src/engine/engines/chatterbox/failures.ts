// How Chatterbox fails: it goes on after its text, falls silent for long, or says the same over and over. Seen from the tokens alone.
import { MOST_TOKENS, SILENCE, TOKENS_PER_SEC } from './constants.ts';

export type Failure = 'runs on' | 'is silent for long' | 'repeats itself';

/** One token this often in a row, 1 s. */
const MOST_SAME = TOKENS_PER_SEC;
/** Of the last 2.4 s, this much may be silence. */
const SILENCE_WINDOW = 60;
const MOST_SILENCE = 50;
/** A pattern of at least two tokens that fills 1.2 s, said three times or more. */
const TIMES = 3;
const LEAST_LOOP = 30;
const LONGEST_PATTERN = 2 * TOKENS_PER_SEC;

/** Undefined while all is well. Looks at the end of `tokens` only, so it is to be asked after each. */
export function findFailure(tokens: readonly number[]): Failure | undefined {
  const last = tokens.at(-1);
  if (last === undefined) return undefined;
  const recent = tokens.slice(-SILENCE_WINDOW);
  if (recent.filter((token) => token === SILENCE).length > MOST_SILENCE) return 'is silent for long';
  if (tokens.length >= MOST_SAME && tokens.slice(-MOST_SAME).every((token) => token === last))
    return 'repeats itself';
  for (let period = 2; period <= LONGEST_PATTERN; period++) {
    const times = Math.max(TIMES, Math.ceil(LEAST_LOOP / period));
    if (isLoop(tokens, period, times * period)) return 'repeats itself';
  }
  return undefined;
}

function isLoop(tokens: readonly number[], period: number, length: number): boolean {
  if (tokens.length < length) return false;
  for (let i = tokens.length - 1; i >= tokens.length - length + period; i--)
    if (tokens[i] !== tokens[i - period]) return false;
  return true;
}

/** Writing in which one character is a syllable or more. */
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
const TAG = /\[[a-z ]+\]/g;
/** Of common speech: 15 letters a second, or 5 dense characters. */
const TOKENS_PER_LETTER = TOKENS_PER_SEC / 15;
const TOKENS_PER_DENSE = TOKENS_PER_SEC / 5;
const TOKENS_PER_TAG = 2 * TOKENS_PER_SEC;
/** Slow speech, with pauses before and after. */
const SLOWEST = 3.5;
const SPARE_TOKENS = 3 * TOKENS_PER_SEC;

/** About as many as speech of the text has. */
export function guessTokens(text: string): number {
  const tags = text.match(TAG)?.length ?? 0;
  const letters = text.replace(TAG, '');
  const dense = letters.match(DENSE)?.length ?? 0;
  return 1 + tags * TOKENS_PER_TAG + dense * TOKENS_PER_DENSE + (letters.length - dense) * TOKENS_PER_LETTER;
}

/** More tokens than this no speaker needs for the text. */
export function countMostTokens(text: string): number {
  return Math.min(MOST_TOKENS, Math.ceil(SPARE_TOKENS + SLOWEST * guessTokens(text)));
}
