// Where in a chunk's sound each of its sentences begins.
import type { Pace } from '../../engine/audio/pause.ts';
import { findSentences } from '../../engine/captions/sentences.ts';
import type { StoredChunk } from './chunk-file.ts';
import { createWordTrack } from './hear-words.ts';
import type { PlannedChunk } from './plan.ts';

export interface ChunkSentence {
  /** UTF-16 offsets into the job's text. */
  start: number;
  end: number;
  /** Seconds from the beginning of the chunk's sound. */
  atSec: number;
}

/** `text` is the job's. */
export function listChunkSentences(
  text: string,
  planned: PlannedChunk,
  { chunk, pace }: { chunk: StoredChunk; pace: Pace },
): ChunkSentence[] {
  const track = createWordTrack(pace);
  track.add({ ...planned, leadMs: 0 }, chunk);
  const words = track.words.map(({ start, end, startSample, endSample }) => ({
    start: start - planned.start,
    end: end - planned.start,
    startSec: startSample / pace.sampleRateHz,
    endSec: endSample / pace.sampleRateHz,
  }));
  const { sentences } = findSentences(text.slice(planned.start, planned.end), words);
  return [...sentences].map(({ start, end, words: [first] }) => ({
    start: planned.start + start,
    end: planned.start + end,
    atSec: first!.startSec,
  }));
}
