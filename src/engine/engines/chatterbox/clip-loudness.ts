// How loud a clip is as Turbo's reference measures it, with pyloudnorm: its filters differ a little from the standard's, by a tenth of
// a decibel, and that little can change what the model hears in a clip.
import { type Coefficients, measureLufs, type Weighting } from '../../audio/loudness.ts';

const STEP_SEC = 0.1;
const HALF_POWER_Q = Math.SQRT1_2;

/** In LUFS; `-Infinity` for silence. */
export function measureLikeReference(samples: Float32Array, sampleRateHz: number): number {
  const step = Math.round(STEP_SEC * sampleRateHz);
  // It counts a last step that is more than half there.
  const whole = new Float32Array(Math.round(samples.length / step) * step);
  whole.set(samples.subarray(0, whole.length));
  return measureLufs(whole, sampleRateHz, WEIGHTING);
}

const WEIGHTING: Weighting = (sampleRateHz) => [
  designShelf({ frequencyHz: 1500, gainDb: 4, q: HALF_POWER_Q, sampleRateHz }),
  designHighPass({ frequencyHz: 38, q: 0.5, sampleRateHz }),
];

// Both after Robert Bristow-Johnson's cookbook.

function designShelf({
  frequencyHz,
  gainDb,
  q,
  sampleRateHz,
}: {
  frequencyHz: number;
  gainDb: number;
  q: number;
  sampleRateHz: number;
}): Coefficients {
  const turn = (2 * Math.PI * frequencyHz) / sampleRateHz;
  const gain = 10 ** (gainDb / 40);
  const cosine = (gain - 1) * Math.cos(turn);
  const wide = (gain + 1) * Math.cos(turn);
  const slope = (Math.sqrt(gain) * Math.sin(turn)) / q;
  const first = gain + 1 - cosine + slope;
  return [
    (gain * (gain + 1 + cosine + slope)) / first,
    (-2 * gain * (gain - 1 + wide)) / first,
    (gain * (gain + 1 + cosine - slope)) / first,
    (2 * (gain - 1 - wide)) / first,
    (gain + 1 - cosine - slope) / first,
  ];
}

function designHighPass({
  frequencyHz,
  q,
  sampleRateHz,
}: {
  frequencyHz: number;
  q: number;
  sampleRateHz: number;
}): Coefficients {
  const turn = (2 * Math.PI * frequencyHz) / sampleRateHz;
  const slope = Math.sin(turn) / (2 * q);
  const cosine = Math.cos(turn);
  const first = 1 + slope;
  return [
    (1 + cosine) / 2 / first,
    -(1 + cosine) / first,
    (1 + cosine) / 2 / first,
    (-2 * cosine) / first,
    (1 - slope) / first,
  ];
}
