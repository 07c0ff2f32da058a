// The filter behind a change of sample rate: a sinc under Kaiser's window, one set of weights for each position between two samples.

/** For each of `up` positions between two samples, the weights of the `reach` samples before it and after it. */
export function makeTaps({
  up,
  cutoff,
  reach,
  kaiserBeta,
}: {
  up: number;
  cutoff: number;
  reach: number;
  kaiserBeta: number;
}): Float64Array {
  const taps = new Float64Array(up * 2 * reach);
  for (let phase = 0; phase < up; phase++) {
    const row = taps.subarray(phase * 2 * reach, (phase + 1) * 2 * reach);
    for (let tap = 0; tap < row.length; tap++) {
      const distance = tap - reach + 1 - phase / up;
      row[tap] = sinc(distance * cutoff) * windowAt(distance / reach, kaiserBeta);
    }
    const sum = row.reduce((total, weight) => total + weight, 0);
    for (let tap = 0; tap < row.length; tap++) row[tap]! /= sum;
  }
  return taps;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Kaiser's window, from -1 to 1. */
function windowAt(x: number, beta: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(beta * Math.sqrt(1 - x * x)) / bessel(beta);
}

/** The modified Bessel function of order zero, by its series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > sum * 1e-12; n++) {
    term *= (x / (2 * n)) ** 2;
    sum += term;
  }
  return sum;
}

/** The greatest common divisor. */
export function findDivisor(a: number, b: number): number {
  return b === 0 ? a : findDivisor(b, a % b);
}
