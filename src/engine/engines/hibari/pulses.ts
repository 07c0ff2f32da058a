// The voice's excitation: a pulse train that follows the pitch curve, free of aliasing.
import { HOP_SAMPLES, SAMPLE_RATE_HZ } from './constants.ts';

/** Below this pitch, in Hz, a sample is unvoiced. */
export const UNVOICED_BELOW_HZ = 40;
const HIGHEST_HARMONIC_HZ = 11_000;
/** Where 2·sin(t/2) is this small the closed form is 0/0; its limit is the number of harmonics. */
const POLE = 2e-3;

/**
 * Writes HOP_SAMPLES samples a frame of `f0` (Hz, one value a frame) to `out` from `offset` on: the sum of
 * cos(h·t) over the harmonics h up to 11 kHz, with t the running phase, in the closed form
 * sin((H + ½)t) / (2 sin(t/2)) - ½ (Dirichlet kernel); zero where the pitch is at most 40 Hz,
 * while the phase runs on at 40 Hz. Pitch is linear between the centres of the frames and level beyond the first and the last.
 */
export function writePulses(f0: Float32Array, out: Float32Array, offset: number): void {
  const half = HOP_SAMPLES / 2;
  let turns = 0;
  let at = offset;
  for (let frame = -1; frame < f0.length; frame++) {
    const from = f0[Math.max(frame, 0)]!;
    const to = f0[Math.min(frame + 1, f0.length - 1)]!;
    const isEdge = frame === -1 || frame === f0.length - 1;
    const length = isEdge ? half : HOP_SAMPLES;
    if (from <= UNVOICED_BELOW_HZ && to <= UNVOICED_BELOW_HZ) {
      out.fill(0, at, at + length);
      at += length;
      turns = (turns + (length * UNVOICED_BELOW_HZ) / SAMPLE_RATE_HZ) % 1;
      continue;
    }
    const slope = (to - from) / HOP_SAMPLES;
    let pitchHz = from + slope / 2;
    for (let i = 0; i < length; i++, pitchHz += slope) {
      turns += Math.max(pitchHz, UNVOICED_BELOW_HZ) / SAMPLE_RATE_HZ;
      if (turns >= 1) turns -= 1;
      out[at++] =
        pitchHz > UNVOICED_BELOW_HZ ? sumHarmonics(turns, Math.floor(HIGHEST_HARMONIC_HZ / pitchHz)) : 0;
    }
  }
}

function sumHarmonics(turns: number, harmonics: number): number {
  const divisor = 2 * sinTurns(turns / 2);
  if (Math.abs(divisor) <= POLE) return harmonics;
  return sinTurns((harmonics + 0.5) * turns) / divisor - 0.5;
}

/** sin(2π·turns) for turns ≥ 0 by its Taylor series on a quarter turn; error below 1e-9, several times as fast as Math.sin. */
function sinTurns(turns: number): number {
  let x = turns - Math.floor(turns + 0.5);
  if (x > 0.25) x = 0.5 - x;
  else if (x < -0.25) x = -0.5 - x;
  const angle = 2 * Math.PI * x;
  const s = angle * angle;
  return (
    angle *
    (1 +
      s *
        (-1 / 6 + s * (1 / 120 + s * (-1 / 5040 + s * (1 / 362880 + s * (-1 / 39916800 + s / 6227020800))))))
  );
}
