// Finds where in the whole audio of a job each word of the user's text is heard, chunk by chunk as they are stitched.
import type { Pace } from '../../engine/audio/pause.ts';
import { BYTES_PER_SAMPLE } from '../../engine/audio/pcm.ts';
import { createTimeline } from '../../engine/audio/stitch.ts';
import { findSource } from '../../engine/text/markup/respell.ts';
import type { StoredChunk } from './chunk-file.ts';
import type { PlannedChunk } from './plan.ts';
import type { HeardWord } from './word-file.ts';

/** `add` is to be called for each chunk in order. Words that the lexicon replaced by several are one again. */
export function createWordTrack(pace: Pace): {
  words: HeardWord[];
  add: (planned: PlannedChunk, chunk: StoredChunk) => void;
} {
  const timeline = createTimeline(pace);
  const words: HeardWord[] = [];
  return {
    words,
    add({ start: chunkStart, boundary, leadMs, spoken }, { pcm, words: timings }) {
      const from = timeline.begin(leadMs);
      timeline.end(pcm.length / BYTES_PER_SAMPLE, boundary);
      for (const timing of timings) {
        const source = findSource(spoken, timing.start, timing.end);
        const start = chunkStart + source.start;
        const startSample = from + Math.round(timing.startSec * pace.sampleRateHz);
        const endSample = from + Math.round(timing.endSec * pace.sampleRateHz);
        const last = words.at(-1);
        if (last !== undefined && start < last.end) {
          last.end = Math.max(last.end, chunkStart + source.end);
          last.endSample = endSample;
        } else words.push({ start, end: chunkStart + source.end, startSample, endSample });
      }
    },
  };
}
