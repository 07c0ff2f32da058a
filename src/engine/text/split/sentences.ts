// Finds where the sentence that begins at a position ends. Keeps no state between calls and never looks far beyond `limit`, so a
// text of any shape is read in small steps.
import { hasQuote, isCloser, isStop, isWideStop, NEWLINES, STOPS } from './characters.ts';
import { endsSentence } from './full-stop.ts';
import { isBreakAfterMark } from './graphemes.ts';
import { readGap } from './lines.ts';

/** What follows a sentence. `line`: a heading, list item or verse ends here; it is spoken like a sentence, and stands alone. */
export interface SentenceEnd {
  end: number;
  boundary: 'sentence' | 'line' | 'paragraph';
}

const place = new RegExp(`[${STOPS}${NEWLINES}]|\\s{2}`, 'g');

/**
 * The end of the sentence beginning at `start`, or undefined when it does not end before `limit`. `end` is the end of the text
 * without trailing white space.
 */
export function findSentenceEnd(
  text: string,
  start: number,
  limit: number,
  end: number,
): SentenceEnd | undefined {
  const window = text.slice(start, limit);
  place.lastIndex = 0;
  for (let match = place.exec(window); match; match = place.exec(window)) {
    const at = start + match.index;
    const after = isStop(match[0]) ? skipMarks(text, at, limit) : at;
    if (after >= limit || after >= end) return undefined;
    const { gap, next } = readGap(text, after, end);
    if (gap !== 'space') return { end: after, boundary: gap };
    if (after > at && endsHere(text, at, after, next)) return { end: after, boundary: 'sentence' };
    place.lastIndex = Math.max(next, after) - start;
  }
  return undefined;
}

/** The end of a run of stops and of the closing marks and note numbers ("[12]") behind it. */
function skipMarks(text: string, at: number, limit: number): number {
  let position = at + 1;
  for (;;) {
    while (position < limit && (isStop(text[position]) || isCloser(text[position]))) position++;
    const note = text[position] === '[' ? /^\[[\w ]{1,6}\]/.exec(text.slice(position, position + 8)) : null;
    if (!note || position >= limit) return position;
    position += note[0].length;
  }
}

function endsHere(text: string, at: number, after: number, next: number): boolean {
  const marks = text.slice(at, after);
  if (isWideStop(text[at]) || isWideStop(marks.replace(/[^。．！？｡]+$/, '').at(-1))) {
    // 「…！」と言った: the quotation goes on to its verb.
    return isBreakAfterMark(text, after) && !(hasQuote(marks) && /[とっ]/.test(text[next] ?? ''));
  }
  return next > after && endsSentence(text, at, after, next);
}
