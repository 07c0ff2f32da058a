// The ends of a piece of speech: silence cut off, then faded to zero, so that pieces join without a click.

/** Root mean square below which a block of 2.5 ms counts as silence: -54 dB of full scale. */
const SILENCE_RMS = 0.002;
const BLOCKS_PER_SEC = 400;
const KEPT_BEFORE_SEC = 0.015;
/** Speech dies away more slowly than it starts. */
const KEPT_AFTER_SEC = 0.03;
export const FADE_SEC = 0.005;

/** Where the sound lies in `samples`, a little silence around it kept; both 0 when there is none. */
export function findSound(samples: Float32Array, sampleRateHz: number): { start: number; end: number } {
  const blockSamples = Math.round(sampleRateHz / BLOCKS_PER_SEC);
  const isSilent = (block: number): boolean => {
    let energy = 0;
    for (let i = block * blockSamples; i < (block + 1) * blockSamples; i++) energy += samples[i]! ** 2;
    return energy < blockSamples * SILENCE_RMS ** 2;
  };
  const blocks = Math.floor(samples.length / blockSamples);
  let first = 0;
  while (first < blocks && isSilent(first)) first++;
  if (first === blocks) return { start: 0, end: 0 };
  let last = blocks - 1;
  while (isSilent(last)) last--;
  return {
    start: Math.max(0, first * blockSamples - Math.round(KEPT_BEFORE_SEC * sampleRateHz)),
    end: Math.min(samples.length, (last + 1) * blockSamples + Math.round(KEPT_AFTER_SEC * sampleRateHz)),
  };
}

/** Fades the first and the last 5 ms in place, so that the first and the last sample are zero. */
export function fadeEdges(samples: Float32Array, sampleRateHz: number): void {
  const length = Math.min(Math.round(FADE_SEC * sampleRateHz), Math.floor(samples.length / 2));
  fadeStart(samples, sampleRateHz, length);
  fadeEnd(samples, sampleRateHz, length);
}

export function fadeStart(
  samples: Float32Array,
  sampleRateHz: number,
  length = Math.min(Math.round(FADE_SEC * sampleRateHz), samples.length),
): void {
  for (let i = 0; i < length; i++) samples[i]! *= 0.5 - 0.5 * Math.cos((Math.PI * i) / length);
}

export function fadeEnd(
  samples: Float32Array,
  sampleRateHz: number,
  length = Math.min(Math.round(FADE_SEC * sampleRateHz), samples.length),
): void {
  for (let i = 0; i < length; i++)
    samples[samples.length - 1 - i]! *= 0.5 - 0.5 * Math.cos((Math.PI * i) / length);
}
