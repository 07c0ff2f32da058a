// A text as captions show it: in the user's own words, without tags, and without the pronunciations beside words.
import { makeLinkPattern } from '../text/markup/links.ts';
import { parseTags } from '../text/markup/tags.ts';

export interface DisplayText {
  text: string;
  /** What was kept, in order: `length` characters from `source` of the user's text stand at `at`. */
  kept: readonly { source: number; at: number; length: number }[];
}

interface Removal {
  start: number;
  end: number;
  /** A space is left where words would grow together. */
  parts: boolean;
}

export function writeDisplayText(source: string): DisplayText {
  const removals = [...listTags(source), ...listLinkMarks(source)].sort((a, b) => a.start - b.start);
  const kept: { source: number; at: number; length: number }[] = [];
  const parts: string[] = [];
  let length = 0;
  let from = 0;
  const keep = (end: number) => {
    if (end === from) return;
    kept.push({ source: from, at: length, length: end - from });
    parts.push(source.slice(from, end));
    length += end - from;
  };
  for (const removal of removals) {
    keep(removal.start);
    from = removal.end;
    if (!removal.parts || !growTogether(source, removal)) continue;
    parts.push(' ');
    length++;
  }
  keep(source.length);
  return { text: parts.join(''), kept };
}

/** Where a character of the user's text stands in the shown one; of what was left out, where it would stand. */
export function toDisplay({ kept }: DisplayText, position: number): number {
  const run = kept[findLast(kept, ({ source }) => source <= position)];
  return run === undefined ? 0 : run.at + Math.min(position - run.source, run.length);
}

/** Where a character of the shown text stands in the user's. */
export function toSource({ kept }: DisplayText, position: number): number {
  const run = kept[findLast(kept, ({ at }) => at <= position)];
  return run === undefined ? 0 : run.source + Math.min(position - run.at, run.length);
}

function listTags(source: string): Removal[] {
  return parseTags(source).tags.map(({ start, end }) => ({ start, end, parts: true }));
}

function listLinkMarks(source: string): Removal[] {
  if (!source.includes('](/')) return [];
  return [...source.matchAll(makeLinkPattern())].flatMap(({ 0: link, 1: word, index }) => {
    const wordEnd = index + 1 + word!.length;
    return [
      { start: index, end: index + 1, parts: false },
      { start: wordEnd, end: index + link.length, parts: false },
    ];
  });
}

/** A word would follow another, or the stop of a sentence. */
function growTogether(source: string, { start, end }: Removal): boolean {
  return (
    /[^\s([{“‘«]$/u.test(source.slice(Math.max(0, start - 2), start)) &&
    /^["'“‘«([{]?[\p{L}\p{N}]/u.test(source.slice(end, end + 3))
  );
}

/** Index of the last item for which `isBefore` holds; it holds for the first ones only. -1 when for none. */
function findLast<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(items[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
