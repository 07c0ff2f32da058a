// Which sentence of a job is heard just now, by the clock and the lengths of its chunks.
import type { Sentence } from './feed.ts';

export interface Heard {
  id: string;
  startedAtMs: number;
  /** The chunk that is heard, and when it began, in seconds from the start. */
  chunk: number;
  fromSec: number;
}

/** Moves on over the sentences that have been heard by `nowMs`; stays where the next is not known. */
export function advance(heard: Heard, sentences: readonly Sentence[], nowMs: number): Heard {
  const elapsedSec = (nowMs - heard.startedAtMs) / 1000;
  let { chunk, fromSec } = heard;
  for (;;) {
    const length = sentences.find(({ index }) => index === chunk)?.lengthSec ?? null;
    if (length === null || elapsedSec < fromSec + length) return { ...heard, chunk, fromSec };
    chunk += 1;
    fromSec += length;
  }
}
