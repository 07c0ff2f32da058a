// Numbers that stand for many noisy ones.

/** The value below which `share` (0 to 1) of the values lie. */
export function getQuantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

export function getMedian(values: readonly number[]): number {
  return getQuantile(values, 0.5);
}

/** Least-squares slope of values taken at equal distances: change for each step. */
export function getSlope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let covariance = 0;
  let variance = 0;
  for (const [step, value] of values.entries()) {
    covariance += (step - middle) * (value - mean);
    variance += (step - middle) ** 2;
  }
  return covariance / variance;
}
