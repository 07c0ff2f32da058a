// Complex FFT for sizes that are products of 3, 4 and 5, here 1200 = 4·4·3·5·5. Allocates nothing per transform.

interface Stage {
  radix: 3 | 4 | 5;
  /** Length of the sub-transforms entering the stage, and how many of them lie interleaved. */
  length: number;
  stride: number;
  /** cos and -sin of 2π·p·j/length for p below length/radix and j from 1 to radix - 1. */
  cos: Float64Array;
  sin: Float64Array;
}

/** Transforms `size` complex values in `re`, `im` to `outRe`, `outIm`, not normalised; the input is overwritten. Swap each re with its im for the inverse. */
export type Fft = (re: Float64Array, im: Float64Array, outRe: Float64Array, outIm: Float64Array) => void;

/**
 * Plans a Stockham autosort FFT (decimation in frequency), which needs no bit reversal.
 * Source: C. Van Loan, Computational Frameworks for the Fast Fourier Transform, 1992, section 1.7.
 */
export function planFft(size: number): Fft {
  const stages = planStages(size);
  return (re, im, outRe, outIm) => {
    let fromRe = re;
    let fromIm = im;
    let toRe = outRe;
    let toIm = outIm;
    for (const stage of stages) {
      if (stage.radix === 4) runRadix4(stage, fromRe, fromIm, toRe, toIm);
      else if (stage.radix === 5) runRadix5(stage, fromRe, fromIm, toRe, toIm);
      else runRadix3(stage, fromRe, fromIm, toRe, toIm);
      [fromRe, toRe] = [toRe, fromRe];
      [fromIm, toIm] = [toIm, fromIm];
    }
  };
}

function planStages(size: number): Stage[] {
  const stages: Stage[] = [];
  let length = size;
  let stride = 1;
  for (const radix of [4, 3, 5] as const) {
    while (length % radix === 0) {
      const span = length / radix;
      const cos = new Float64Array(span * (radix - 1));
      const sin = new Float64Array(span * (radix - 1));
      for (let p = 0; p < span; p++)
        for (let j = 1; j < radix; j++) {
          const angle = (2 * Math.PI * ((p * j) % length)) / length;
          cos[p * (radix - 1) + j - 1] = Math.cos(angle);
          sin[p * (radix - 1) + j - 1] = -Math.sin(angle);
        }
      stages.push({ radix, length, stride, cos, sin });
      length = span;
      stride *= radix;
    }
  }
  // An odd number of stages leaves the result in the output arrays.
  if (length !== 1 || stages.length % 2 === 0)
    throw new Error(`no FFT plan for size ${size}: expected an odd number of factors 3, 4 and 5`);
  return stages;
}

function runRadix4(
  { length, stride, cos, sin }: Stage,
  fromRe: Float64Array,
  fromIm: Float64Array,
  toRe: Float64Array,
  toIm: Float64Array,
): void {
  const span = length / 4;
  const step = stride * span;
  for (let p = 0; p < span; p++) {
    const c1 = cos[3 * p]!;
    const s1 = sin[3 * p]!;
    const c2 = cos[3 * p + 1]!;
    const s2 = sin[3 * p + 1]!;
    const c3 = cos[3 * p + 2]!;
    const s3 = sin[3 * p + 2]!;
    const end = stride * (p + 1);
    for (let a = stride * p, o = 4 * stride * p; a < end; a++, o++) {
      const b = a + step;
      const c = b + step;
      const d = c + step;
      const sumRe02 = fromRe[a]! + fromRe[c]!;
      const sumIm02 = fromIm[a]! + fromIm[c]!;
      const difRe02 = fromRe[a]! - fromRe[c]!;
      const difIm02 = fromIm[a]! - fromIm[c]!;
      const sumRe13 = fromRe[b]! + fromRe[d]!;
      const sumIm13 = fromIm[b]! + fromIm[d]!;
      const difRe13 = fromRe[b]! - fromRe[d]!;
      const difIm13 = fromIm[b]! - fromIm[d]!;
      const re1 = difRe02 + difIm13;
      const im1 = difIm02 - difRe13;
      const re2 = sumRe02 - sumRe13;
      const im2 = sumIm02 - sumIm13;
      const re3 = difRe02 - difIm13;
      const im3 = difIm02 + difRe13;
      toRe[o] = sumRe02 + sumRe13;
      toIm[o] = sumIm02 + sumIm13;
      toRe[o + stride] = re1 * c1 - im1 * s1;
      toIm[o + stride] = re1 * s1 + im1 * c1;
      toRe[o + 2 * stride] = re2 * c2 - im2 * s2;
      toIm[o + 2 * stride] = re2 * s2 + im2 * c2;
      toRe[o + 3 * stride] = re3 * c3 - im3 * s3;
      toIm[o + 3 * stride] = re3 * s3 + im3 * c3;
    }
  }
}

const SIN_60 = Math.sqrt(3) / 2;

function runRadix3(
  { length, stride, cos, sin }: Stage,
  fromRe: Float64Array,
  fromIm: Float64Array,
  toRe: Float64Array,
  toIm: Float64Array,
): void {
  const span = length / 3;
  const step = stride * span;
  for (let p = 0; p < span; p++) {
    const c1 = cos[2 * p]!;
    const s1 = sin[2 * p]!;
    const c2 = cos[2 * p + 1]!;
    const s2 = sin[2 * p + 1]!;
    const end = stride * (p + 1);
    for (let a = stride * p, o = 3 * stride * p; a < end; a++, o++) {
      const b = a + step;
      const c = b + step;
      const sumRe = fromRe[b]! + fromRe[c]!;
      const sumIm = fromIm[b]! + fromIm[c]!;
      const turnRe = (fromIm[b]! - fromIm[c]!) * SIN_60;
      const turnIm = (fromRe[c]! - fromRe[b]!) * SIN_60;
      const midRe = fromRe[a]! - 0.5 * sumRe;
      const midIm = fromIm[a]! - 0.5 * sumIm;
      toRe[o] = fromRe[a]! + sumRe;
      toIm[o] = fromIm[a]! + sumIm;
      toRe[o + stride] = (midRe + turnRe) * c1 - (midIm + turnIm) * s1;
      toIm[o + stride] = (midRe + turnRe) * s1 + (midIm + turnIm) * c1;
      toRe[o + 2 * stride] = (midRe - turnRe) * c2 - (midIm - turnIm) * s2;
      toIm[o + 2 * stride] = (midRe - turnRe) * s2 + (midIm - turnIm) * c2;
    }
  }
}

const COS_72 = Math.cos((2 * Math.PI) / 5);
const COS_144 = Math.cos((4 * Math.PI) / 5);
const SIN_72 = Math.sin((2 * Math.PI) / 5);
const SIN_144 = Math.sin((4 * Math.PI) / 5);

function runRadix5(
  { length, stride, cos, sin }: Stage,
  fromRe: Float64Array,
  fromIm: Float64Array,
  toRe: Float64Array,
  toIm: Float64Array,
): void {
  const span = length / 5;
  const step = stride * span;
  for (let p = 0; p < span; p++) {
    const c1 = cos[4 * p]!;
    const s1 = sin[4 * p]!;
    const c2 = cos[4 * p + 1]!;
    const s2 = sin[4 * p + 1]!;
    const c3 = cos[4 * p + 2]!;
    const s3 = sin[4 * p + 2]!;
    const c4 = cos[4 * p + 3]!;
    const s4 = sin[4 * p + 3]!;
    const end = stride * (p + 1);
    for (let a = stride * p, o = 5 * stride * p; a < end; a++, o++) {
      const b = a + step;
      const c = b + step;
      const d = c + step;
      const e = d + step;
      const re0 = fromRe[a]!;
      const im0 = fromIm[a]!;
      const sumReBE = fromRe[b]! + fromRe[e]!;
      const sumImBE = fromIm[b]! + fromIm[e]!;
      const difReBE = fromRe[b]! - fromRe[e]!;
      const difImBE = fromIm[b]! - fromIm[e]!;
      const sumReCD = fromRe[c]! + fromRe[d]!;
      const sumImCD = fromIm[c]! + fromIm[d]!;
      const difReCD = fromRe[c]! - fromRe[d]!;
      const difImCD = fromIm[c]! - fromIm[d]!;
      const midRe1 = re0 + COS_72 * sumReBE + COS_144 * sumReCD;
      const midIm1 = im0 + COS_72 * sumImBE + COS_144 * sumImCD;
      const midRe2 = re0 + COS_144 * sumReBE + COS_72 * sumReCD;
      const midIm2 = im0 + COS_144 * sumImBE + COS_72 * sumImCD;
      const turnRe1 = SIN_72 * difImBE + SIN_144 * difImCD;
      const turnIm1 = -SIN_72 * difReBE - SIN_144 * difReCD;
      const turnRe2 = SIN_144 * difImBE - SIN_72 * difImCD;
      const turnIm2 = -SIN_144 * difReBE + SIN_72 * difReCD;
      toRe[o] = re0 + sumReBE + sumReCD;
      toIm[o] = im0 + sumImBE + sumImCD;
      toRe[o + stride] = (midRe1 + turnRe1) * c1 - (midIm1 + turnIm1) * s1;
      toIm[o + stride] = (midRe1 + turnRe1) * s1 + (midIm1 + turnIm1) * c1;
      toRe[o + 2 * stride] = (midRe2 + turnRe2) * c2 - (midIm2 + turnIm2) * s2;
      toIm[o + 2 * stride] = (midRe2 + turnRe2) * s2 + (midIm2 + turnIm2) * c2;
      toRe[o + 3 * stride] = (midRe2 - turnRe2) * c3 - (midIm2 - turnIm2) * s3;
      toIm[o + 3 * stride] = (midRe2 - turnRe2) * s3 + (midIm2 - turnIm2) * c3;
      toRe[o + 4 * stride] = (midRe1 - turnRe1) * c4 - (midIm1 - turnIm1) * s4;
      toIm[o + 4 * stride] = (midRe1 - turnRe1) * s4 + (midIm1 - turnIm1) * c4;
    }
  }
}
