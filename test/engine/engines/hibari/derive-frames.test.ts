import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BINS } from '../../../../src/engine/engines/hibari/constants.ts';
import { deriveFrames } from '../../../../src/engine/engines/hibari/derive-frames.ts';
import { SPEAKERS } from '../../../../src/engine/engines/hibari/speakers.ts';
import type { Frames } from '../../../../src/engine/engines/hibari/waveform.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const PLAIN = { pitch: 1, pitchRange: 1, formants: 1, speed: 1 };

test('what lies between the harmonics, where the model means nothing, is replaced by what joins them', () => {
  // Harmonics of 200 Hz fall on every tenth bin.
  const frames = makeFrames(200, (k) => (k % 10 <= 2 || k % 10 >= 8 ? 1 : 1000));
  deriveFrames(frames, PLAIN);
  const strengths = readStrengths(frames.harmonicRe, frames.harmonicIm);
  expect(Math.min(...strengths)).toBeGreaterThan(0.999);
  expect(Math.max(...strengths)).toBeLessThan(1.001);
});

test('resonances move by their factor, and what is moved past the end leaves silence at the other', () => {
  const peakAt100 = (k: number) => 0.01 + Math.exp(-(((k - 100) / 20) ** 2));
  for (const [formants, place] of [[0.8, 80] as const, [1.2, 120] as const]) {
    const frames = makeFrames(200, peakAt100);
    deriveFrames(frames, { ...PLAIN, formants });
    for (const part of ['harmonic', 'residual'] as const) {
      const strengths = readStrengths(frames[`${part}Re`], frames[`${part}Im`]);
      expect(strengths.indexOf(Math.max(...strengths))).toBe(place);
      expect(strengths.at(-1) === 0).toBe(formants < 1);
    }
  }
});

test('angles stay as they are', () => {
  const frames = makeFrames(200, () => 1);
  const angles = readAngles(frames);
  deriveFrames(frames, { ...PLAIN, pitch: 0.6, formants: 1.1 });
  for (const [k, angle] of readAngles(frames).entries()) expect(angle).toBeCloseTo(angles[k]!, 4);
});

test('pitch moves with its range about the mean, holds above the unvoiced limit, and silence stays silent', () => {
  const move = (pitchHz: number, pitch: number, pitchRange: number) => {
    const frames = makeFrames(pitchHz, () => 1);
    deriveFrames(frames, { ...PLAIN, pitch, pitchRange });
    return frames.f0[0]!;
  };
  expect(move(190, 0.5, 1.5)).toBeCloseTo(95, 3);
  expect(move(380, 0.5, 1.5)).toBeCloseTo(95 * 2 ** 1.5, 3);
  expect(move(70, 0.5, 1)).toBe(Math.fround(44));
  expect(move(-0.5, 0.5, 1)).toBe(-0.5);
});

test('the manifest and the voice files name the speakers that the engine has', () => {
  const read = (...path: string[]) => JSON.parse(readFileSync(join(ROOT, ...path), 'utf8'));
  const ids = read('models', 'hibari', 'manifest.json').speakers.map(({ id }: { id: string }) => id);
  const voices = readdirSync(join(ROOT, 'voices'))
    .filter((name) => name.endsWith('.json') && name !== 'aliases.json')
    .map((name) => read('voices', name));
  expect(ids).toEqual(Object.keys(SPEAKERS));
  expect(voices.map(({ speaker }) => speaker).sort()).toEqual(ids.toSorted());
  for (const { speaker, description } of voices)
    expect(/derived/.test(description)).toBe(SPEAKERS[speaker] !== null);
});

function makeFrames(pitchHz: number, strength: (k: number) => number): Frames {
  const angle = (k: number) => 3 * Math.sin(0.4 * k);
  const re = () => Float32Array.from({ length: BINS }, (_, k) => strength(k) * Math.cos(angle(k)));
  const im = () => Float32Array.from({ length: BINS }, (_, k) => strength(k) * Math.sin(angle(k)));
  return {
    f0: Float32Array.of(pitchHz),
    harmonicRe: re(),
    harmonicIm: im(),
    noiseGain: new Float32Array(BINS),
    residualRe: re(),
    residualIm: im(),
  };
}

function readStrengths(re: Float32Array, im: Float32Array): number[] {
  return Array.from(re, (value, k) => Math.hypot(value, im[k]!));
}

function readAngles({ harmonicRe, harmonicIm }: Frames): number[] {
  return Array.from(harmonicRe.subarray(0, 500), (value, k) => Math.atan2(harmonicIm[k]!, value));
}
