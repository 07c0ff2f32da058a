// Divides a text into chunks: whole sentences packed together, long sentences divided where a speaker would breathe.
// Lazy and linear: the work between two chunks depends on their size, not on the length of the text.
import { isSpeakable, skipSpace, trimSpaceBefore } from './split/characters.ts';
import { chooseCut } from './split/divide.ts';
import { findSentenceEnd, type SentenceEnd } from './split/sentences.ts';

/** What follows a chunk; it decides the pause. */
export type Boundary = 'clause' | 'sentence' | 'paragraph' | 'end';

/** A chunk's place in the user's text, without white space at its edges: UTF-16 offsets, `end` exclusive. */
export interface ChunkRange {
  start: number;
  end: number;
  boundary: Boundary;
}

/**
 * No chunk is longer than this, whatever was asked: a chunk is also the unit of cancelling, resuming and streaming, and about a
 * minute of speech is the most that these should cost.
 */
const HARD_LIMIT = 1000;

/** A sentence is divided only when it is longer than this many times the chunk size: its melody matters more than the size. */
const STRETCH = 1.5;

/** With `quickStart` the first pieces are short, so that whoever listens hears something soon. */
const QUICK_START: readonly Size[] = [
  { target: 40, max: 60 },
  { target: 80, max: 120 },
];

interface Size {
  target: number;
  max: number;
}

interface Piece {
  start: number;
  end: number;
  boundary: 'clause' | SentenceEnd['boundary'];
}

/**
 * The chunks of `text`, in order; together they hold every character that is not white space. `chunkSize`, 50 to 1000, is a
 * target in UTF-16 units: sentences of one paragraph are packed together up to it, and no chunk is longer than 1.5 times the size or
 * 1000. Headings, list items and paragraphs stand alone. With `splitText` false, the text is divided only above 1000, at sentence ends.
 * With `quickStart` the first chunk is a clause or a short sentence, and the second not much longer.
 */
export function* splitText(
  text: string,
  options: { splitText: boolean; chunkSize: number; quickStart?: boolean },
): Generator<ChunkRange> {
  const size = options.splitText
    ? { target: options.chunkSize, max: Math.min(HARD_LIMIT, Math.floor(options.chunkSize * STRETCH)) }
    : { target: HARD_LIMIT, max: HARD_LIMIT };
  let open: (Piece & { speakable: boolean }) | undefined;
  let isFirst = true;
  for (const piece of cutPieces(text, [...(options.quickStart ? QUICK_START : []), size])) {
    const speakable = isSpeakable(text.slice(piece.start, piece.end));
    const length = open ? piece.end - open.start : Infinity;
    // A rule of asterisks or a lone emoji is nothing to speak: it goes with its neighbour.
    const isBesideSilence = open !== undefined && !(open.speakable && speakable);
    const isSameBreath = open?.boundary === 'sentence' || (!options.splitText && open?.boundary !== 'clause');
    const target = options.quickStart && isFirst ? 0 : size.target;
    if (open && ((isSameBreath && length <= target) || (isBesideSilence && length <= size.max))) {
      const boundary = open.boundary === 'paragraph' && !speakable ? 'paragraph' : piece.boundary;
      open = { start: open.start, end: piece.end, boundary, speakable: open.speakable || speakable };
    } else {
      if (open) {
        yield toRange(open);
        isFirst = false;
      }
      open = { ...piece, speakable };
    }
  }
  if (open) yield { start: open.start, end: open.end, boundary: 'end' };
}

/** Sentences, and the parts of those longer than allowed: each piece by the next of the sizes, those after by the last. */
function* cutPieces(text: string, sizes: readonly Size[]): Generator<Piece> {
  let cuts = 0;
  const getSize = () => sizes[Math.min(cuts, sizes.length - 1)]!;
  const end = trimSpaceBefore(text, text.length, 0);
  let start = skipSpace(text, 0, end);
  while (start < end) {
    const reach = getSize();
    const limit = Math.min(end, start + reach.max + 2 * reach.target);
    const found = findSentenceEnd(text, start, limit, end);
    const sentenceEnd = found?.end ?? (limit === end ? end : undefined);
    while (sentenceEnd === undefined || sentenceEnd - start > getSize().max) {
      const cut = chooseCut(text, start, sentenceEnd, getSize());
      yield { start, end: trimSpaceBefore(text, cut, start), boundary: 'clause' };
      cuts++;
      start = skipSpace(text, cut, end);
      if (sentenceEnd === undefined) break;
    }
    if (sentenceEnd === undefined) continue;
    yield { start, end: sentenceEnd, boundary: found?.boundary ?? 'sentence' };
    cuts++;
    start = skipSpace(text, sentenceEnd, end);
  }
}

function toRange({ start, end, boundary }: Piece): ChunkRange {
  return { start, end, boundary: boundary === 'line' ? 'sentence' : boundary };
}
