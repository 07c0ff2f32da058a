// What a gap of white space means: nothing (a space, or the line end of hard-wrapped prose), the end of a line that stands for
// itself (heading, list item, verse), or the end of a paragraph.
import { isSpace, isSpeakable } from './characters.ts';

export type Gap = 'space' | 'line' | 'paragraph';

/** A wider gap than this separates columns or pages, not words. */
const MAX_GAP = 64;
/** Longest part of a line that is looked at. A line of more than MAX_WRAP characters was not wrapped by hand. */
const MAX_LINE = 160;
const MAX_WRAP = 120;
/** A line shorter than this with room for SLACK characters and the next word was ended on purpose. */
const MIN_WRAP = 45;
const SLACK = 10;

const lineEnd = /\r\n|[\n\r\v\u2028]/g;
const plainBullet = /^[•‣◦▪●○⁃]\s/;
const doubtfulMarker = /^(?:[-*+–—]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{2,5})[.)])\s/;

/** The gap that begins at `start`; `next` is the first position behind it, at most `end` and at most MAX_GAP away. */
export function readGap(text: string, start: number, end: number): { gap: Gap; next: number } {
  let next = start;
  const stop = Math.min(end, start + MAX_GAP);
  while (next < stop && isSpace(text[next])) next++;
  const space = text.slice(start, next);
  const newlines = space.match(lineEnd)?.length ?? 0;
  if (newlines > 1 || /[\f\u2029]/.test(space)) return { gap: 'paragraph', next };
  if (next - start >= MAX_GAP) return { gap: 'line', next };
  return { gap: newlines === 0 ? 'space' : judgeNewline(text, start, next), next };
}

function judgeNewline(text: string, start: number, next: number): Gap {
  const line = readLineBefore(text, start);
  const following = readLineAfter(text, next);
  if (isMarked(following) || isMarked(line)) return 'line';
  const hasItem = plainBullet.test(line) || doubtfulMarker.test(line);
  if (plainBullet.test(following)) return 'line';
  if (doubtfulMarker.test(following) && (hasItem || /[.:;!?,]$/.test(line))) return 'line';
  if (/[.!?…。！？]["'”’»)\]]*$/.test(line)) return line.length > MAX_WRAP ? 'paragraph' : 'space';
  if (/^["'“‘(]*\p{Ll}/u.test(following) && !doubtfulMarker.test(following)) return 'space';
  if (/[,;&—–-]$/.test(line) || /\s(?:the|a|an|of|to|in|and|or|for|with|by|at|on)$/i.test(line))
    return 'space';
  if (line.length > MAX_WRAP) return 'line';
  const isSpaceless = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(following);
  const wordLength = isSpaceless ? 1 : following.search(/\s|$/);
  const room = line.length + 1 + wordLength + SLACK;
  const width = Math.max(MIN_WRAP, following.length, readNeighbourLength(text, start, line, next, following));
  return room <= width ? 'line' : 'space';
}

/** Markdown headings, and rules such as "* * *". */
function isMarked(line: string): boolean {
  return /^#{1,6}\s/.test(line) || !isSpeakable(line);
}

/** The longer of the lines around the two that are judged; in wrapped prose none has room for a word more. */
function readNeighbourLength(
  text: string,
  start: number,
  line: string,
  next: number,
  following: string,
): number {
  const before = readLineBefore(text, Math.max(0, start - line.length - 1));
  const after = readLineAfter(text, Math.min(text.length, next + following.length + 1));
  return Math.max(before.length, after.length);
}

function readLineBefore(text: string, end: number): string {
  const part = text.slice(Math.max(0, end - MAX_LINE), end);
  return part.slice(part.search(/[^\n\r\v\f\u2028\u2029]*$/)).trim();
}

function readLineAfter(text: string, start: number): string {
  return /^[^\n\r\v\f\u2028\u2029]*/.exec(text.slice(start, start + MAX_LINE))?.[0].trim() ?? '';
}
