// Which phonemes go through the graph together: a sentence at a time, as the voices were trained.
import { cutPieces, isSpeakable, type Piece } from '../../text/phoneme-ids.ts';

/** About half a minute of speech; the time of a run grows with the square of it. */
const MOST_PHONEMES = 400;
/** A sentence as short as this is spoken together with its neighbour: alone it has no melody. */
const SHORT = 12;
const SENTENCE_PAUSE_SEC = 0.3;

/** `phonemes`: one code point each. Runs without a sound of their own are left out. */
export function cutRuns(phonemes: readonly string[]): Piece[] {
  const runs: Piece[] = [];
  for (const { start, end } of cutSentences(phonemes)) {
    const pieces = cutPieces(phonemes.slice(start, end), MOST_PHONEMES);
    for (const [i, piece] of pieces.entries()) {
      const isLast = i === pieces.length - 1;
      runs.push({
        start: start + piece.start,
        end: start + piece.end,
        pauseSec: isLast ? SENTENCE_PAUSE_SEC : piece.pauseSec,
      });
    }
  }
  return runs.filter((run) => isSpeakable(phonemes.slice(run.start, run.end).join('')));
}

function cutSentences(phonemes: readonly string[]): { start: number; end: number }[] {
  const sentences: { start: number; end: number }[] = [];
  let start = 0;
  for (let at = 0; at < phonemes.length; at++) {
    const isEnd = /[.!?]/.test(phonemes[at]!) && phonemes[at + 1] === ' ';
    if (!isEnd || at + 1 - start < SHORT || phonemes.length - (at + 2) < SHORT) continue;
    sentences.push({ start, end: at + 1 });
    start = at + 2;
  }
  sentences.push({ start, end: phonemes.length });
  return sentences;
}
