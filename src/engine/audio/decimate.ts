// Lowers a sample rate by a whole factor: what the lower rate cannot hold is filtered away first, so that nothing folds back.

/** Taps on each side of the middle, for each step of the factor; with a Blackman window -70 dB from the new half rate on. */
const LOBES = 24;
/** Of the new half rate: where the filter is at half height. */
const CUTOFF = 0.9;

export interface Decimator {
  /** The samples that are complete by now; blocks may have any length. */
  push(block: Float32Array): Float32Array;
  /** What is left after the last block. */
  finish(): Float32Array;
}

/** Output sample k is the input around sample k * factor: nothing is shifted in time. */
export function createDecimator(factor: number): Decimator {
  const reach = LOBES * factor;
  const taps = createLowPass(reach, CUTOFF / (2 * factor));
  // Silence before the first sample, so that the filter can stand on it.
  let waiting = new Float32Array(reach);

  function push(block: Float32Array): Float32Array {
    const all = new Float32Array(waiting.length + block.length);
    all.set(waiting);
    all.set(block, waiting.length);
    const count = Math.max(0, Math.floor((all.length - taps.length) / factor) + 1);
    const output = new Float32Array(count);
    for (let index = 0; index < count; index++) {
      const start = index * factor;
      let sum = 0;
      for (let tap = 0; tap < taps.length; tap++) sum += taps[tap]! * all[start + tap]!;
      output[index] = sum;
    }
    waiting = all.slice(count * factor);
    return output;
  }

  return { push, finish: () => push(new Float32Array(reach)) };
}

/** `cutoff` in cycles a sample; the taps add up to 1. */
function createLowPass(reach: number, cutoff: number): Float32Array {
  const taps = Float64Array.from({ length: 2 * reach + 1 }, (_, index) => {
    const x = index - reach;
    const sinc = x === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * x) / (Math.PI * x);
    const angle = (Math.PI * index) / reach;
    return sinc * (0.42 - 0.5 * Math.cos(angle) + 0.08 * Math.cos(2 * angle));
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return Float32Array.from(taps, (tap) => tap / sum);
}
