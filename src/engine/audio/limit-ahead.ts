// Turns single peaks down and leaves what is around them as it is: for speech that is made louder than full scale has room for.

/** Below full scale, for what encoders and players add. */
const CEILING = 10 ** (-1 / 20);
/** The gain begins to fall this long before a peak and is back as long after it, twice over. */
const REACH_SEC = 0.008;

/** Changes the samples in place; none is beyond -1 dB afterwards. */
export function limitAhead(samples: Float32Array, sampleRateHz: number): void {
  const reach = Math.round(REACH_SEC * sampleRateHz);
  const wanted = new Float64Array(samples.length).fill(1);
  let hasPeaks = false;
  for (let i = 0; i < samples.length; i++) {
    const gain = CEILING / Math.abs(samples[i]!);
    if (gain >= 1) continue;
    hasPeaks = true;
    const end = Math.min(i + reach, samples.length - 1);
    for (let near = Math.max(0, i - reach); near <= end; near++) wanted[near] = Math.min(wanted[near]!, gain);
  }
  if (!hasPeaks) return;
  // The mean over the same reach: of what it takes in, all is as low as the peak in the middle needs.
  const sums = new Float64Array(samples.length + 1);
  for (let i = 0; i < samples.length; i++) sums[i + 1] = sums[i]! + wanted[i]!;
  for (let i = 0; i < samples.length; i++) {
    const start = Math.max(0, i - reach);
    const end = Math.min(i + reach + 1, samples.length);
    samples[i]! *= (sums[end]! - sums[start]!) / (end - start);
  }
}
