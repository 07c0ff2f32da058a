// Which characters end a sentence, close or open a quotation, or count as white space. All loops here are bounded by the caller.

/** Full stops that need white space after them to end a sentence. */
const SPACED_STOPS = '.!?…‽؟۔।॥።։။។‼⁇⁈⁉';
/** Full stops of scripts written without spaces: they end a sentence by themselves. */
const WIDE_STOPS = '。．！？｡';
export const STOPS = SPACED_STOPS + WIDE_STOPS;
export const NEWLINES = '\\n\\r\\v\\f\\u2028\\u2029';

const stops = new Set(STOPS);
const wideStops = new Set(WIDE_STOPS);
const closers = new Set('"\'”’»›)]}>*_」』】〉》）］｝¹²³⁴⁵⁶⁷⁸⁹⁰');
const whiteSpace = /\s/;

export function isSpace(char: string | undefined): boolean {
  return char !== undefined && whiteSpace.test(char);
}

export function isStop(char: string | undefined): boolean {
  return char !== undefined && stops.has(char);
}

export function isWideStop(char: string | undefined): boolean {
  return char !== undefined && wideStops.has(char);
}

export function isCloser(char: string | undefined): boolean {
  return char !== undefined && closers.has(char);
}

export function hasQuote(text: string): boolean {
  return /["'”’»」』]/.test(text);
}

/** The first position at or after `from` that is not white space, at most `end`. */
export function skipSpace(text: string, from: number, end: number): number {
  let position = from;
  while (position < end && isSpace(text[position])) position++;
  return position;
}

/** The end of what remains when white space before `from` is dropped, at least `start`. */
export function trimSpaceBefore(text: string, from: number, start: number): number {
  let position = from;
  while (position > start && isSpace(text[position - 1])) position--;
  return position;
}

/** Whether something in `text` could be spoken: a letter or a digit of any script. */
export function isSpeakable(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
