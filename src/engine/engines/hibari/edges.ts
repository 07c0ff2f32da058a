// The ends of a chunk's audio: silence cut off, then faded to zero, so that chunks join without a click.
import { SAMPLE_RATE_HZ } from './constants.ts';

const BLOCK_SAMPLES = SAMPLE_RATE_HZ / 400;
/** Root mean square below which a block of 2.5 ms counts as silence: -54 dB of full scale. */
const SILENCE_RMS = 0.002;
const KEPT_BEFORE_SAMPLES = 0.015 * SAMPLE_RATE_HZ;
/** Speech dies away more slowly than it starts. */
const KEPT_AFTER_SAMPLES = 0.03 * SAMPLE_RATE_HZ;
const FADE_SAMPLES = 0.005 * SAMPLE_RATE_HZ;

/** Where the sound lies in `samples`, a little silence around it kept; both 0 when there is none. */
export function findSound(samples: Float32Array): { start: number; end: number } {
  const blocks = Math.floor(samples.length / BLOCK_SAMPLES);
  let first = 0;
  while (first < blocks && isSilent(samples, first)) first++;
  if (first === blocks) return { start: 0, end: 0 };
  let last = blocks - 1;
  while (isSilent(samples, last)) last--;
  return {
    start: Math.max(0, first * BLOCK_SAMPLES - KEPT_BEFORE_SAMPLES),
    end: Math.min(samples.length, (last + 1) * BLOCK_SAMPLES + KEPT_AFTER_SAMPLES),
  };
}

/** Fades the first and the last 5 ms in place, so that the first and the last sample are zero. */
export function fadeEdges(samples: Float32Array): void {
  const length = Math.min(FADE_SAMPLES, Math.floor(samples.length / 2));
  for (let i = 0; i < length; i++) {
    const gain = 0.5 - 0.5 * Math.cos((Math.PI * i) / length);
    samples[i]! *= gain;
    samples[samples.length - 1 - i]! *= gain;
  }
}

function isSilent(samples: Float32Array, block: number): boolean {
  let energy = 0;
  for (let i = block * BLOCK_SAMPLES; i < (block + 1) * BLOCK_SAMPLES; i++) energy += samples[i]! ** 2;
  return energy < BLOCK_SAMPLES * SILENCE_RMS ** 2;
}
