// Keeps samples within -1 to 1. The model peaks near 0.5, so this hardly ever has anything to do.

/** Turns all samples down in place, so that the loudest is 1, where one goes beyond. */
export function limitPeak(samples: Float32Array): void {
  let peak = 0;
  for (let i = 0; i < samples.length; i++) peak = Math.max(peak, Math.abs(samples[i]!));
  if (peak <= 1) return;
  for (let i = 0; i < samples.length; i++) samples[i]! /= peak;
}
