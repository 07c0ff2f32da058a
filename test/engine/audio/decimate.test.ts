import { expect, test } from 'vitest';
import { createDecimator } from '../../../src/engine/audio/decimate.ts';

const RATE_HZ = 192_000;

function makeTone(hz: number, length = RATE_HZ / 4): Float32Array {
  return Float32Array.from({ length }, (_, index) => Math.sin((2 * Math.PI * hz * index) / RATE_HZ));
}

function decimate(input: Float32Array, factor: number, blockSamples: number): Float32Array {
  const decimator = createDecimator(factor);
  const parts: Float32Array[] = [];
  for (let start = 0; start < input.length; start += blockSamples)
    parts.push(decimator.push(input.subarray(start, start + blockSamples)));
  parts.push(decimator.finish());
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

function getPeak(samples: Float32Array): number {
  return samples.slice(200, -200).reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
}

test('what the lower rate can hold stays as it was, at its place in time', () => {
  const output = decimate(makeTone(5000), 4, 10_000);
  expect(output.length).toBe(RATE_HZ / 16);
  for (let index = 200; index < output.length - 200; index++)
    expect(output[index]).toBeCloseTo(Math.sin((2 * Math.PI * 5000 * index) / 48_000), 3);
});

test('what it cannot hold is gone instead of folding back', () => {
  for (const hz of [24_500, 30_000, 43_000, 48_000, 90_000])
    expect(getPeak(decimate(makeTone(hz), 4, 10_000))).toBeLessThan(0.001);
});

test('blocks of any length give the same samples', () => {
  const input = makeTone(3000, 5003);
  const whole = decimate(input, 3, input.length);
  for (const blockSamples of [1, 7, 100, 4999]) expect(decimate(input, 3, blockSamples)).toEqual(whole);
});
