import { expect, test } from 'vitest';
import { limitPeak } from '../../../src/engine/audio/limit-peak.ts';

test('samples beyond full scale are turned down together', () => {
  const samples = Float32Array.of(0.5, -2, 1);
  limitPeak(samples);
  expect([...samples]).toEqual([0.25, -1, 0.5]);
});

test('samples within full scale stay as they are', () => {
  const samples = Float32Array.of(0.5, -1, 0.25);
  limitPeak(samples);
  expect([...samples]).toEqual([0.5, -1, 0.25]);
});
