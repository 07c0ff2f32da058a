import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodePcm } from '../../../src/engine/audio/pcm.ts';

test.each([
  [0, 0],
  [1, 32767],
  [-1, -32767],
  [1.5, 32767],
  [-1.5, -32767],
  [Infinity, 32767],
  [-Infinity, -32767],
  [NaN, 0],
  [1 / 32767, 1],
  [0.6 / 32767, 1],
  [-0.4 / 32767, 0],
  [0.25, 8192],
  [-0.25, -8192],
])('%f becomes %i', (sample, expected) => {
  expect(encodePcm(Float32Array.of(sample)).readInt16LE(0)).toBe(expected);
});

test('samples are little endian, in order, two bytes each', () => {
  expect([...encodePcm(Float32Array.of(1, -1, 0))]).toEqual([0xff, 0x7f, 0x01, 0x80, 0, 0]);
});

test('no sample is more than half a step away from what it was', () => {
  fc.assert(
    fc.property(fc.float32Array({ min: -1, max: 1, noNaN: true }), (samples) => {
      const bytes = encodePcm(samples);
      expect(bytes.length).toBe(samples.length * 2);
      for (const [index, sample] of samples.entries()) {
        expect(Math.abs(bytes.readInt16LE(index * 2) - sample * 32767)).toBeLessThanOrEqual(0.5);
      }
    }),
  );
});
