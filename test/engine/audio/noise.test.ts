import { expect, test } from 'vitest';
import { seedNoise } from '../../../src/engine/audio/noise.ts';

test('the same seed gives the same values, another seed others', () => {
  expect(draw(7, 1000)).toEqual(draw(7, 1000));
  expect(draw(7, 1000)).not.toEqual(draw(8, 1000));
});

test('values do not depend on how many are drawn at once', () => {
  const parts = seedNoise(11);
  const first = new Float32Array(302);
  const second = new Float32Array(698);
  parts(first);
  parts(second);
  expect([...first, ...second]).toEqual([...draw(11, 1000)]);
});

test.each([1, 2, 2 ** 31 - 1])('values of seed %i follow the normal distribution', (seed) => {
  const values = draw(seed, 400_000);
  const mean = average(values, (x) => x);
  expect(Math.abs(mean)).toBeLessThan(0.01);
  expect(average(values, (x) => x ** 2)).toBeCloseTo(1, 1);
  expect(average(values, (x) => x ** 3)).toBeCloseTo(0, 1);
  expect(average(values, (x) => x ** 4)).toBeCloseTo(3, 0);
  for (const [limit, share] of [
    [0.5, 0.3085375],
    [1, 0.1586553],
    [2, 0.0227501],
    [3, 0.0013499],
  ] as const) {
    const spread = 5 * Math.sqrt((share * (1 - share)) / values.length);
    expect(Math.abs(average(values, (x) => (x > limit ? 1 : 0)) - share)).toBeLessThan(spread);
    expect(Math.abs(average(values, (x) => (x < -limit ? 1 : 0)) - share)).toBeLessThan(spread);
  }
});

test('neighbouring seeds and neighbouring values are unrelated', () => {
  const a = draw(41, 100_000);
  const b = draw(42, 100_000);
  expect(Math.abs(correlate(a, b))).toBeLessThan(0.02);
  expect(Math.abs(correlate(a.subarray(1), a.subarray(0, -1)))).toBeLessThan(0.02);
});

function draw(seed: number, count: number): Float32Array {
  const values = new Float32Array(count);
  seedNoise(seed)(values);
  return values;
}

function average(values: Float32Array, measure: (x: number) => number): number {
  let sum = 0;
  for (const x of values) sum += measure(x);
  return sum / values.length;
}

function correlate(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum / a.length;
}
