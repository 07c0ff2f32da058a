// How long it is quiet after a chunk.
import type { ChunkEnd } from '../text/chunks.ts';
import type { Boundary } from '../text/split.ts';

/** The silence of a calm reader at natural pace. Engines trim their own, so these are the whole pause that is heard. */
const PAUSE_MS: Record<Boundary, number> = { clause: 100, sentence: 320, paragraph: 650, end: 120 };

export interface Pace {
  sampleRateHz: number;
  /** 1 is natural; at 2 the pauses are half as long, like the speech. Range 0.25 to 4. */
  speed: number;
}

/** A pause that was asked for in seconds lasts as long at any speed. */
export function countPauseSamples(boundary: ChunkEnd, { sampleRateHz, speed }: Pace): number {
  if (typeof boundary === 'object') return Math.round((boundary.pauseMs * sampleRateHz) / 1000);
  return Math.round((PAUSE_MS[boundary] * sampleRateHz) / 1000 / speed);
}

/**
 * Tells, chunk by chunk, how many samples of silence follow. A chunk without audio (nothing in it could be spoken) adds to the
 * pause before it only what its own pause is longer; one that was asked for is always made in full.
 */
export function createPauses(pace: Pace): (lengthSamples: number, boundary: ChunkEnd) => number {
  let alreadyQuiet = 0;
  return (lengthSamples, boundary) => {
    if (lengthSamples > 0) alreadyQuiet = 0;
    const wanted = countPauseSamples(boundary, pace);
    const pause = typeof boundary === 'object' ? wanted : Math.max(0, wanted - alreadyQuiet);
    alreadyQuiet += pause;
    return pause;
  };
}
