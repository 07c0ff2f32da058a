import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seedNoise } from '../../../../src/engine/audio/noise.ts';
import { BINS, HOP_SAMPLES } from '../../../../src/engine/engines/hibari/constants.ts';
import { type Frames, openWaveform } from '../../../../src/engine/engines/hibari/waveform.ts';

const FIXTURE = join(import.meta.dirname, '../../../fixtures/hibari/waveform.f32');

test('pulses and residual become the samples that the Python package makes of them', async () => {
  const bytes = readFileSync(FIXTURE);
  const expected = new Float32Array(new Uint8Array(bytes).buffer);
  const synthesizeWaveform = await openWaveform();

  const samples = synthesizeWaveform(describeFrames(14), (out) => out.fill(0));

  expect(samples.length).toBe(expected.length);
  const loudest = expected.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0);
  expect(loudest).toBeGreaterThan(0.1);
  expect(compare(samples, expected)).toBeLessThan(1e-4 * loudest);
});

test('noise alone has the power that its gain gives', async () => {
  const frames = describeFrames(200);
  for (const part of [frames.harmonicRe, frames.harmonicIm, frames.residualRe, frames.residualIm])
    part.fill(0);
  frames.noiseGain.fill(1);
  const samples = (await openWaveform())(frames, seedNoise(3));
  const power = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
  // Two units of variance a bin, over 1200 bins and the overlap's gain of 1.5.
  expect(power).toBeGreaterThan((0.97 * 2) / 1200 / 1.5);
  expect(power).toBeLessThan((1.06 * 2) / 1200 / 1.5);
});

test.each([2, 4, 6, 14])('%i frames become as many hops of finite samples', async (count) => {
  const samples = (await openWaveform())(describeFrames(count), seedNoise(1));
  expect(samples.length).toBe(count * HOP_SAMPLES);
  expect(samples.every(Number.isFinite)).toBe(true);
});

/** The frames of test/fixtures/hibari/make-waveform.py. */
function describeFrames(count: number): Frames {
  const f0 = Float32Array.from({ length: count }, (_, j) =>
    j < 3 || j === count - 1 ? -0.5 : 110 + 25 * Math.sin(0.7 * j),
  );
  const fill = (value: (k: number, j: number) => number): Float32Array =>
    Float32Array.from({ length: count * BINS }, (_, i) => value(i % BINS, Math.floor(i / BINS)));
  const harmonicGain = (k: number, j: number) => Math.exp(1 - k / 150 + 0.5 * Math.sin(0.9 * j + 0.05 * k));
  const harmonicAngle = (k: number, j: number) => Math.PI * Math.tanh(0.6 * Math.sin(0.3 * j + 0.02 * k));
  const residualGain = (k: number) => Math.exp(-1 - k / 200);
  const residualAngle = (k: number, j: number) => 3 * Math.sin(0.37 * k + j);
  return {
    f0,
    harmonicRe: fill((k, j) => harmonicGain(k, j) * Math.cos(harmonicAngle(k, j))),
    harmonicIm: fill((k, j) => harmonicGain(k, j) * Math.sin(harmonicAngle(k, j))),
    noiseGain: fill(() => Math.exp(-5)),
    residualRe: fill((k, j) => residualGain(k) * Math.cos(residualAngle(k, j))),
    residualIm: fill((k, j) => residualGain(k) * Math.sin(residualAngle(k, j))),
  };
}

function compare(a: Float32Array, b: Float32Array): number {
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0);
}
