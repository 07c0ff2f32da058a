// The ends of a sound that comes in parts: silence cut off before and after, faded to zero at both ends. What was given out never
// changes, so what might yet turn out to be the end is held back.
import { FADE_SEC, fadeEnd, fadeStart, findSound } from './edges.ts';

/** Held back of what is sound, so that there is something to fade. */
const HELD_SEC = 2 * FADE_SEC;

export interface Trimmer {
  /** What is sure by now. */
  push(samples: Float32Array): Float32Array;
  finish(): Float32Array;
}

export function createTrimmer(sampleRateHz: number): Trimmer {
  const heldSamples = Math.round(HELD_SEC * sampleRateHz);
  const fadeSamples = Math.round(FADE_SEC * sampleRateHz);
  let waiting = new Float32Array(0);
  let hasBegun = false;

  function giveOut(end: number, isLast: boolean): Float32Array {
    const given = waiting.slice(0, end);
    waiting = waiting.slice(end);
    if (given.length === 0) return given;
    if (!hasBegun) fadeStart(given, sampleRateHz);
    hasBegun = true;
    if (isLast) fadeEnd(given, sampleRateHz);
    return given;
  }

  /** Where the sound ends that waits, once the silence before it is gone; 0 when there is none. */
  function findEnd(): number {
    const { start, end } = findSound(waiting, sampleRateHz);
    if (hasBegun || end === 0) return end;
    waiting = waiting.slice(start);
    return end - start;
  }

  return {
    push(samples) {
      const joined = new Float32Array(waiting.length + samples.length);
      joined.set(waiting);
      joined.set(samples, waiting.length);
      waiting = joined;
      return giveOut(Math.max(0, findEnd() - heldSamples), false);
    },
    finish() {
      const end = findEnd();
      // All that waits is silence: enough of it to let the sound end.
      if (end === 0 && hasBegun) return giveOut(Math.min(fadeSamples, waiting.length), true);
      return giveOut(end, true);
    },
  };
}
