import { expect, test } from 'vitest';
import { fadeEdges, findSound } from '../../../src/engine/audio/edges.ts';

const SAMPLE_RATE_HZ = 24_000;

test('silence on both sides is found, a few milliseconds of it kept', () => {
  const samples = new Float32Array(SAMPLE_RATE_HZ);
  for (let i = 6000; i < 12_000; i++) samples[i] = 0.1 * Math.sin(i);
  const { start, end } = findSound(samples, SAMPLE_RATE_HZ);
  expect(6000 - start).toBeGreaterThan(0);
  expect(6000 - start).toBeLessThan(0.025 * SAMPLE_RATE_HZ);
  expect(end - 12_000).toBeGreaterThan(0);
  expect(end - 12_000).toBeLessThan(0.04 * SAMPLE_RATE_HZ);
});

test('silence alone has no sound in it', () => {
  expect(findSound(new Float32Array(5000).fill(1e-5), SAMPLE_RATE_HZ)).toEqual({ start: 0, end: 0 });
  expect(findSound(new Float32Array(0), SAMPLE_RATE_HZ)).toEqual({ start: 0, end: 0 });
});

test('sound that fills everything stays whole', () => {
  expect(findSound(new Float32Array(6000).fill(0.2), SAMPLE_RATE_HZ)).toEqual({ start: 0, end: 6000 });
});

test('the first and the last sample fade to zero, the middle stays', () => {
  const samples = new Float32Array(2400).fill(0.5);
  fadeEdges(samples, SAMPLE_RATE_HZ);
  expect(samples[0]).toBe(0);
  expect(samples.at(-1)).toBe(0);
  expect(samples.subarray(120, 2280).every((value) => value === 0.5)).toBe(true);
  for (let i = 1; i < samples.length; i++) expect(Math.abs(samples[i]! - samples[i - 1]!)).toBeLessThan(0.01);
});
