// Where to divide a sentence that is too long for one chunk: at the strongest place near the middle of what is wanted.
import { isCloser, isSpace, isStop } from './characters.ts';
import { endsSentence } from './full-stop.ts';
import { findHardCut, isBreakAfterMark } from './graphemes.ts';
import { conjunctions, leaners } from './words.ts';

/** How good a place is, from 0 to 1; a place at half or one and a half times the wanted length loses REACH. */
const STRENGTH = { stop: 1, semicolon: 0.9, comma: 0.75, conjunction: 0.5, space: 0.25, leaner: 0.1 };
const REACH = 0.6;

/**
 * The position at which the piece that begins at `start` should end. `end` is the end of the sentence, or undefined when it is
 * further away than anybody looked. The piece is at most `max` long, and at least half of the wanted length on both sides.
 */
export function chooseCut(
  text: string,
  start: number,
  end: number | undefined,
  size: { target: number; max: number },
): number {
  const wanted = end === undefined ? size.target : (end - start) / Math.ceil((end - start) / size.target);
  const first = start + Math.ceil(wanted / 2);
  const last = Math.min(start + size.max, end === undefined ? Infinity : end - Math.floor(wanted / 2));
  let best = 0;
  let bestScore = -Infinity;
  for (let position = first; position <= last; position++) {
    const strength = rateCut(text, position);
    if (strength === undefined) continue;
    const score = strength - (2 * REACH * Math.abs(position - start - wanted)) / wanted;
    if (score > bestScore) [best, bestScore] = [position, score];
  }
  return best || findHardCut(text, start, start + Math.floor(wanted), start + size.max);
}

/** The strength of the place just before the white space at `position`, or between two characters; undefined when it is none. */
function rateCut(text: string, position: number): number | undefined {
  const before = text[position - 1] ?? '';
  if (isSpace(before)) return undefined;
  if (!isSpace(text[position])) {
    const isTight = (/[—；：]/.test(before) || /[，、]/.test(before)) && !isCloser(text[position]);
    if (!isTight || !isBreakAfterMark(text, position)) return undefined;
    return /[，、]/.test(before) ? STRENGTH.comma : STRENGTH.semicolon;
  }
  let mark = position - 1;
  while (mark > position - 4 && isCloser(text[mark])) mark--;
  const sign = text[mark] ?? '';
  if (isStop(sign)) {
    const informal = /[!?]/.test(sign) || /\p{Ll}{2}$/u.test(text.slice(mark - 2, mark));
    return informal || endsSentence(text, mark, position, position + 1) ? STRENGTH.stop : STRENGTH.leaner;
  }
  if (/[;:—–；：]/.test(sign) || /\s-$/.test(text.slice(mark - 1, mark + 1))) return STRENGTH.semicolon;
  if (/[,，、]/.test(sign)) return STRENGTH.comma;
  if (
    leaners.has(/\p{L}*$/u.exec(text.slice(Math.max(0, position - 8), position))?.[0].toLowerCase() ?? '')
  ) {
    return STRENGTH.leaner;
  }
  const next = /^\s+([("“‘[]?)(\p{L}*)/u.exec(text.slice(position, position + 20));
  const isBesideBracket = mark < position - 1 || next?.[1] !== '';
  return isBesideBracket || conjunctions.has(next?.[2]?.toLowerCase() ?? '')
    ? STRENGTH.conjunction
    : STRENGTH.space;
}
