// Cuts that never fall inside what a reader sees as one character.

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Letters and marks that never join a punctuation mark before them; sparing the segmenter matters in a text of only dashes. */
const standsAlone = /[\p{Ll}\p{Lu}\p{P}\s\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;

/** Whether the punctuation mark before `position` is, to a reader, another character than what follows. */
export function isBreakAfterMark(text: string, position: number): boolean {
  if (standsAlone.test(text[position] ?? '')) return true;
  const window = text.slice(Math.max(0, position - 1), position + 2);
  return segmenter.segment(window).containing(1)?.index === 1;
}

/**
 * The last grapheme break in (start, wanted], else the first in (wanted, max]. `start` must be one itself. A single
 * cluster longer than that (a letter under hundreds of accents) is cut between two code points at `wanted`.
 */
export function findHardCut(text: string, start: number, wanted: number, max: number): number {
  const window = text.slice(start, max + 2);
  const cluster = segmenter.segment(window).containing(wanted - start);
  const before = start + (cluster?.index ?? 0);
  if (before > start) return before;
  const after = before + (cluster?.segment.length ?? 0);
  if (after <= max) return after;
  const splitsPair = /^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(wanted - 1, wanted + 1));
  return splitsPair ? wanted - 1 : wanted;
}
