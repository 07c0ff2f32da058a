// Speech made slower or faster at the same pitch, as it comes: pieces of the sound are laid over each other where they fit best (WSOLA).
import { joinSamples } from './join-samples.ts';

/** Each piece adds this much, and overlaps the next by as much again. */
const HOP_SEC = 0.015;
/** How far a piece may move to fit: half a period of the deepest voice. */
const REACH_SEC = 0.008;

export interface Stretcher {
  /** What is ready by now. */
  push(samples: Float32Array): Float32Array;
  /** The rest, after the last sample. */
  finish(): Float32Array;
}

/** `speed`: 2 is twice as fast. In all there are as many samples as came, divided by `speed`, rounded. */
export function createStretcher({ sampleRateHz, speed }: { sampleRateHz: number; speed: number }): Stretcher {
  const hop = Math.round(HOP_SEC * sampleRateHz);
  const reach = Math.round(REACH_SEC * sampleRateHz);
  const fadeIn = Float32Array.from(
    { length: hop },
    (_, i) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / hop),
  );
  /** The input from sample `start` on. */
  let held = new Float32Array(0);
  let start = 0;
  let taken = 0;
  let made = 0;
  /** Where the last piece was taken from. */
  let last = 0;

  function makePieces(end: number): Float32Array {
    const pieces: Float32Array[] = [];
    for (;;) {
      const wanted = Math.round(made * speed);
      if (Math.max(wanted + reach, last + hop) + hop > end) break;
      const piece = new Float32Array(hop);
      if (made === 0) piece.set(held.subarray(0, hop));
      else {
        const natural = last + hop - start;
        const from = findFit(natural, wanted - start);
        for (let i = 0; i < hop; i++)
          piece[i] = held[natural + i]! + fadeIn[i]! * (held[from + i]! - held[natural + i]!);
        last = from + start;
      }
      pieces.push(piece);
      made += hop;
      const unused = Math.min(last + hop, Math.round(made * speed) - reach) - start;
      if (unused > 0) {
        held = held.slice(unused);
        start += unused;
      }
    }
    return joinSamples(pieces);
  }

  /** The place near `wanted` that sounds most like how the sound would go on at `natural`. */
  function findFit(natural: number, wanted: number): number {
    let best = Math.max(0, wanted);
    let most = -Infinity;
    for (let from = Math.max(0, wanted - reach); from <= wanted + reach; from++) {
      let product = 0;
      let power = 1e-9;
      for (let i = 0; i < hop; i += 2) {
        const sample = held[from + i]!;
        product += sample * held[natural + i]!;
        power += sample * sample;
      }
      const likeness = product / Math.sqrt(power);
      if (likeness > most) {
        most = likeness;
        best = from;
      }
    }
    return best;
  }

  return {
    push(samples) {
      held = joinSamples([held, samples]);
      taken += samples.length;
      return makePieces(taken);
    },
    finish() {
      const length = Math.round(taken / speed);
      const before = made;
      // Silence for the last pieces to stand on.
      held = joinSamples([held, new Float32Array(2 * (hop + reach) + Math.ceil(hop * speed))]);
      const rest = makePieces(start + held.length);
      return rest.subarray(0, Math.max(0, length - before));
    },
  };
}
