// How long it is quiet after a chunk.
import type { Boundary } from '../text/split.ts';

/** The silence of a calm reader at natural pace. Engines trim their own, so these are the whole pause that is heard. */
const PAUSE_MS: Record<Boundary, number> = { clause: 100, sentence: 320, paragraph: 650, end: 120 };

export interface Pace {
  sampleRateHz: number;
  /** 1 is natural; at 2 the pauses are half as long, like the speech. Range 0.25 to 4. */
  speed: number;
}

export function countPauseSamples(boundary: Boundary, { sampleRateHz, speed }: Pace): number {
  return Math.round((PAUSE_MS[boundary] * sampleRateHz) / 1000 / speed);
}

/**
 * Tells, chunk by chunk, how many samples of silence follow. A chunk without audio (nothing in it could be spoken) adds to the
 * pause before it only what its own pause is longer.
 */
export function createPauses(pace: Pace): (lengthSamples: number, boundary: Boundary) => number {
  let alreadyQuiet = 0;
  return (lengthSamples, boundary) => {
    if (lengthSamples > 0) alreadyQuiet = 0;
    const pause = Math.max(0, countPauseSamples(boundary, pace) - alreadyQuiet);
    alreadyQuiet += pause;
    return pause;
  };
}
