// Another sample rate for s16le, as it comes: a windowed sinc, one set of coefficients for each position between two samples.
import { BYTES_PER_SAMPLE, readSamples } from './pcm.ts';
import { findDivisor, makeTaps } from './windowed-sinc.ts';

/** Zero crossings of the sinc on each side: ripple and aliases stay below the noise of 16 bits. */
const ZERO_CROSSINGS = 24;
/** Of the Kaiser window; about 90 dB of stop band. */
const KAISER_BETA = 9;
/** Part of the narrower band that passes; the rest is the slope of the filter. */
const PASS_BAND = 0.93;

export interface Resampler {
  /** Answers what is ready by now. */
  resample(pcm: Buffer): Buffer;
  /** Called once, after the last sample. In all there are as many samples as lie within the time of those that came, rounded up. */
  finish(): Buffer;
}

/** In place: sample 0 stays sample 0, nothing is delayed. Throws RangeError on a rate that is not a positive whole number. */
export function createResampler({ fromHz, toHz }: { fromHz: number; toHz: number }): Resampler {
  for (const rate of [fromHz, toHz]) {
    if (!Number.isInteger(rate) || rate < 1) throw new RangeError(`Expected a whole rate in Hz, got ${rate}`);
  }
  const divisor = findDivisor(fromHz, toHz);
  // Output n lies at the input's n · down / up.
  const [up, down] = [toHz / divisor, fromHz / divisor];
  const cutoff = Math.min(1, toHz / fromHz) * PASS_BAND;
  const reach = Math.ceil(ZERO_CROSSINGS / cutoff);
  const taps = makeTaps({ up, cutoff, reach, kaiserBeta: KAISER_BETA });
  /** The samples that the next output needs and has; before the first there is silence. */
  let held = new Int16Array(reach - 1);
  let heldStart = 1 - reach;
  let taken = 0;
  let next = 0;

  function take(samples: Int16Array, limit: number): Buffer {
    const joined = new Int16Array(held.length + samples.length);
    joined.set(held);
    joined.set(samples, held.length);
    const ready = Math.max(0, Math.ceil(((heldStart + joined.length - reach) * up) / down));
    const count = Math.max(0, Math.min(ready, limit) - next);
    const output = Buffer.alloc(count * BYTES_PER_SAMPLE);
    for (let index = 0; index < count; index++, next++) {
      const at = Math.floor((next * down) / up);
      const phase = (next * down) % up;
      const first = at - reach + 1 - heldStart;
      let sum = 0;
      for (let tap = 0; tap < 2 * reach; tap++) sum += joined[first + tap]! * taps[phase * 2 * reach + tap]!;
      output.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(sum))), index * BYTES_PER_SAMPLE);
    }
    const from = Math.max(0, Math.floor((next * down) / up) - reach + 1 - heldStart);
    held = joined.slice(from);
    heldStart += from;
    return output;
  }

  return {
    resample(pcm) {
      const samples = readSamples(pcm);
      taken += samples.length;
      return take(samples, Infinity);
    },
    finish: () => take(new Int16Array(reach + 1), Math.ceil((taken * up) / down)),
  };
}
