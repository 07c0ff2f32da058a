// Another sample rate for a sound that is there as a whole: a windowed sinc, steeper than the one that resamples as samples come.
import { findDivisor, makeTaps } from './windowed-sinc.ts';

/** Zero crossings of the sinc on each side. */
const ZERO_CROSSINGS = 64;
/** Of the Kaiser window; about 120 dB of stop band. */
const KAISER_BETA = 12;
/** Part of the narrower band that passes; the rest is the slope of the filter. */
const PASS_BAND = 0.955;

/** Sample 0 stays sample 0. As many samples as lie within the time of `samples`, rounded up. The same array where the rates agree. */
export function resampleWhole(
  samples: Float32Array,
  { fromHz, toHz }: { fromHz: number; toHz: number },
): Float32Array {
  if (fromHz === toHz) return samples;
  const divisor = findDivisor(fromHz, toHz);
  // Output n lies at the input's n · down / up.
  const [up, down] = [toHz / divisor, fromHz / divisor];
  const cutoff = Math.min(1, toHz / fromHz) * PASS_BAND;
  const reach = Math.ceil(ZERO_CROSSINGS / cutoff);
  const taps = makeTaps({ up, cutoff, reach, kaiserBeta: KAISER_BETA });
  const output = new Float32Array(Math.ceil((samples.length * up) / down));
  for (let index = 0; index < output.length; index++) {
    const at = Math.floor((index * down) / up);
    const row = ((index * down) % up) * 2 * reach;
    const first = Math.max(0, reach - 1 - at);
    const last = Math.min(2 * reach, samples.length - at + reach - 1);
    let sum = 0;
    for (let tap = first; tap < last; tap++) sum += samples[at - reach + 1 + tap]! * taps[row + tap]!;
    output[index] = sum;
  }
  return output;
}
