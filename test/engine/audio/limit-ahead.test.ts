import { expect, test } from 'vitest';
import { limitAhead } from '../../../src/engine/audio/limit-ahead.ts';

const RATE_HZ = 24_000;
const CEILING = 10 ** (-1 / 20);

test('a peak is turned down, and what is a twentieth of a second away stays as it is', () => {
  const samples = new Float32Array(RATE_HZ).fill(0.5);
  samples[12_000] = 3;
  limitAhead(samples, RATE_HZ);
  expect(samples[12_000]).toBeCloseTo(CEILING, 5);
  expect(samples[12_000 - 1200]).toBe(0.5);
  expect(samples[12_000 + 1200]).toBe(0.5);
});

test('no sample is beyond the ceiling, at the edges neither', () => {
  const samples = Float32Array.from({ length: RATE_HZ / 4 }, (_, i) => 4 * Math.sin(i * i));
  limitAhead(samples, RATE_HZ);
  expect(Math.max(...samples.map(Math.abs))).toBeLessThanOrEqual(CEILING + 1e-6);
});

test('the gain never jumps', () => {
  const samples = new Float32Array(RATE_HZ).fill(0.5);
  samples[12_000] = 3;
  limitAhead(samples, RATE_HZ);
  samples[12_000] = samples[11_999]!;
  const jumps = samples.slice(1).map((sample, i) => Math.abs(sample - samples[i]!));
  expect(Math.max(...jumps)).toBeLessThan(0.003);
});

test('what needs nothing is left alone', () => {
  const samples = Float32Array.of(0.5, -0.8, 0.25);
  limitAhead(samples, RATE_HZ);
  expect(samples).toEqual(Float32Array.of(0.5, -0.8, 0.25));
});
