// How loud a sound is heard: gated integrated loudness of mono audio after ITU-R BS.1770-4, in LUFS.

const BLOCK_SEC = 0.4;
/** Blocks overlap by three quarters. */
const STEPS_PER_BLOCK = 4;
const ABSOLUTE_GATE_LUFS = -70;
const RELATIVE_GATE_LU = -10;
/** Makes the filter's gain at 1 kHz count as none. */
const OFFSET_LU = -0.691;

/** How the ear is imitated: the filters that a sound goes through before it is measured. */
export type Weighting = (sampleRateHz: number) => readonly Coefficients[];

const STANDARD: Weighting = (sampleRateHz) => [designShelf(sampleRateHz), designHighPass(sampleRateHz)];

/** What lies below the gates does not count. `-Infinity` for silence and for less than 0.4 s. */
export function measureLufs(
  samples: Float32Array,
  sampleRateHz: number,
  weighting: Weighting = STANDARD,
): number {
  const stepSamples = Math.round((BLOCK_SEC / STEPS_PER_BLOCK) * sampleRateHz);
  const steps = sumSquares(samples, stepSamples, weighting(sampleRateHz).map(createBiquad));
  const blocks: number[] = [];
  for (let end = STEPS_PER_BLOCK; end <= steps.length; end++) {
    const sum = steps.slice(end - STEPS_PER_BLOCK, end).reduce((total, step) => total + step, 0);
    blocks.push(sum / (STEPS_PER_BLOCK * stepSamples));
  }
  const heard = blocks.filter((power) => toLufs(power) > ABSOLUTE_GATE_LUFS);
  const gate = toLufs(getMean(heard)) + RELATIVE_GATE_LU;
  return toLufs(getMean(heard.filter((power) => toLufs(power) > gate)));
}

function toLufs(power: number): number {
  return OFFSET_LU + 10 * Math.log10(power);
}

function getMean(powers: readonly number[]): number {
  return powers.length === 0 ? 0 : powers.reduce((sum, power) => sum + power, 0) / powers.length;
}

/** Of each whole step, as the ear weighs it. */
function sumSquares(
  samples: Float32Array,
  stepSamples: number,
  filters: readonly ((sample: number) => number)[],
): number[] {
  const sums: number[] = [];
  for (let start = 0; start + stepSamples <= samples.length; start += stepSamples) {
    let sum = 0;
    for (let i = start; i < start + stepSamples; i++) {
      let weighed = samples[i]!;
      for (const filter of filters) weighed = filter(weighed);
      sum += weighed ** 2;
    }
    sums.push(sum);
  }
  return sums;
}

/** The numerator, then the two last of the denominator, whose first is 1. */
export type Coefficients = readonly [b0: number, b1: number, b2: number, a1: number, a2: number];

// The standard gives both filters as coefficients for 48 kHz. These are the analogue ones behind them, for any rate.

/** What the head does to high frequencies. */
function designShelf(sampleRateHz: number): Coefficients {
  const k = Math.tan((Math.PI * 1681.974450955533) / sampleRateHz);
  const q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return [
    (high + (band * k) / q + k * k) / a0,
    (2 * (k * k - high)) / a0,
    (high - (band * k) / q + k * k) / a0,
    (2 * (k * k - 1)) / a0,
    (1 - k / q + k * k) / a0,
  ];
}

function designHighPass(sampleRateHz: number): Coefficients {
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRateHz);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  return [1, -2, 1, (2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0];
}

function createBiquad([b0, b1, b2, a1, a2]: Coefficients): (sample: number) => number {
  let first = 0;
  let second = 0;
  return (sample) => {
    const output = b0 * sample + first;
    first = b1 * sample - a1 * output + second;
    second = b2 * sample - a2 * output;
    return output;
  };
}
