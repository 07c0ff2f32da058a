// The sentences of a text with the words in them that are heard, whatever chunks they were spoken in.
import { skipSpace, trimSpaceBefore } from '../text/split/characters.ts';
import { findSentenceEnd } from '../text/split/sentences.ts';
import { type DisplayText, toDisplay, toSource, writeDisplayText } from './display-text.ts';

/** A word of the user's text, UTF-16 offsets, and when it is heard. */
export interface SpokenWord {
  start: number;
  end: number;
  startSec: number;
  endSec: number;
}

/** The same with its place in the shown text. */
export interface ShownWord extends SpokenWord {
  shownStart: number;
  shownEnd: number;
}

/** A sentence of which at least one word is heard. */
export interface Sentence {
  /** Offsets into the user's text. */
  start: number;
  end: number;
  /** Offsets into the shown text. */
  shownStart: number;
  shownEnd: number;
  words: ShownWord[];
}

/** What has no stop in so many characters is divided here. */
const LONGEST = 2000;

export interface TimedText {
  shown: string;
  sentences: Iterable<Sentence>;
}

/** `words` in text order. */
export function findSentences(text: string, words: readonly SpokenWord[]): TimedText {
  const display = writeDisplayText(text);
  return { shown: display.text, sentences: { [Symbol.iterator]: () => walk(display, words) } };
}

function* walk(display: DisplayText, words: readonly SpokenWord[]): Generator<Sentence> {
  const { text } = display;
  const textEnd = trimSpaceBefore(text, text.length, 0);
  let next = 0;
  for (let start = skipSpace(text, 0, textEnd); start < textEnd; ) {
    const end = findEnd(text, start, textEnd);
    const following = skipSpace(text, end, textEnd);
    const inside: ShownWord[] = [];
    for (; next < words.length; next++) {
      const shownStart = toDisplay(display, words[next]!.start);
      if (shownStart >= following) break;
      const shownEnd = toDisplay(display, words[next]!.end - 1) + 1;
      const last = inside.at(-1);
      // A word with a pronunciation of its own and its 's came apart for the voice.
      if (last?.shownEnd === shownStart && /['’]/.test(text[shownStart]!))
        inside[inside.length - 1] = { ...words[next]!, ...joinTo(last), shownEnd };
      else inside.push({ ...words[next]!, shownStart, shownEnd });
    }
    if (inside.length > 0) {
      yield {
        start: toSource(display, start),
        end: toSource(display, end - 1) + 1,
        shownStart: start,
        shownEnd: end,
        words: inside,
      };
    }
    start = following;
  }
}

/** Of two words in one, what the first gives. */
function joinTo({ start, startSec, shownStart }: ShownWord) {
  return { start, startSec, shownStart };
}

function findEnd(text: string, start: number, textEnd: number): number {
  const limit = Math.min(textEnd, start + LONGEST);
  const found = findSentenceEnd(text, start, limit, textEnd);
  if (found !== undefined) return found.end;
  if (limit === textEnd) return textEnd;
  const space = text.slice(start, limit).search(/\s\S*$/);
  return space > 0 ? start + space : limit;
}
