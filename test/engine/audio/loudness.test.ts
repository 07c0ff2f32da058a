import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { measureLufs } from '../../../src/engine/audio/loudness.ts';
import { readSamples } from '../../../src/engine/audio/pcm.ts';
import { hasFfmpeg } from '../../helpers/ffmpeg.ts';
import { makeSpeechLike } from '../../helpers/pcm.ts';

test('a full-scale tone of 997 Hz is the -3.01 LUFS that the standard says', () => {
  for (const rateHz of [16_000, 22_050, 24_000, 48_000])
    expect(measureLufs(makeTone(997, rateHz), rateHz)).toBeCloseTo(-3.01, 1);
});

test('what lies far below the rest does not count', () => {
  const tone = makeTone(997, 24_000);
  const whisper = tone.map((sample) => sample / 100);
  expect(measureLufs(Float32Array.of(...tone, ...whisper), 24_000)).toBeCloseTo(-3.01, 0);
});

test('silence, and less than a block, have no loudness', () => {
  expect(measureLufs(new Float32Array(24_000), 24_000)).toBe(-Infinity);
  expect(measureLufs(makeTone(997, 24_000).subarray(0, 9000), 24_000)).toBe(-Infinity);
});

test.skipIf(!hasFfmpeg).each([16_000, 22_050, 24_000, 48_000])(
  'speech at %i Hz is as loud as ffmpeg measures it',
  (rateHz) => {
    const pcm = makeSpeechLike(5 * rateHz, rateHz);
    const samples = Float32Array.from(readSamples(pcm), (sample) => sample / 32_768);
    expect(Math.abs(measureLufs(samples, rateHz) - measureWithFfmpeg(pcm, rateHz))).toBeLessThan(0.1);
  },
);

function makeTone(hz: number, rateHz: number): Float32Array {
  return Float32Array.from({ length: 2 * rateHz }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rateHz));
}

function measureWithFfmpeg(pcm: Buffer, rateHz: number): number {
  const input = ['-f', 's16le', '-ar', `${rateHz}`, '-ac', '1', '-i', 'pipe:0'];
  const { stderr } = spawnSync('ffmpeg', [...input, '-af', 'ebur128', '-f', 'null', '-'], { input: pcm });
  return Number(/Summary:.*?I:\s+(\S+) LUFS/s.exec(`${stderr}`)![1]);
}
