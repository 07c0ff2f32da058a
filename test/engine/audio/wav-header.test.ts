import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countWavBytes, createWavHeader } from '../../../src/engine/audio/wav-header.ts';
import { parseWav } from '../../helpers/wav-parse.ts';

test('header and samples make a file that a WAV reader takes', () => {
  fc.assert(
    fc.property(fc.int16Array(), fc.constantFrom(16_000, 22_050, 24_000, 48_000), (samples, sampleRateHz) => {
      const header = createWavHeader({ sampleRateHz, lengthSamples: samples.length });
      const file = Buffer.concat([header, Buffer.from(samples.buffer)]);
      expect(file.length).toBe(countWavBytes(samples.length));
      expect(parseWav(file)).toEqual({ sampleRateHz, channels: 1, bitsPerSample: 16, samples });
    }),
  );
});

test('the header of a known length is these 44 bytes', () => {
  const header = createWavHeader({ sampleRateHz: 24_000, lengthSamples: 1000 });
  expect(header.toString('latin1', 0, 4)).toBe('RIFF');
  expect(header.readUInt32LE(4)).toBe(36 + 2000);
  expect(header.toString('latin1', 8, 16)).toBe('WAVEfmt ');
  expect([header.readUInt32LE(16), header.readUInt16LE(20), header.readUInt16LE(22)]).toEqual([16, 1, 1]);
  expect([header.readUInt32LE(24), header.readUInt32LE(28)]).toEqual([24_000, 48_000]);
  expect([header.readUInt16LE(32), header.readUInt16LE(34)]).toEqual([2, 16]);
  expect(header.toString('latin1', 36, 40)).toBe('data');
  expect(header.readUInt32LE(40)).toBe(2000);
  expect(header.length).toBe(44);
});

test('the longest RIFF file fills its 32-bit size, one sample more makes it RF64', () => {
  const longest = (0xffffffff - 36 - 1) / 2;
  const riff = createWavHeader({ sampleRateHz: 24_000, lengthSamples: longest });
  expect([riff.toString('latin1', 0, 4), riff.readUInt32LE(4)]).toEqual(['RIFF', 0xfffffffe]);
  const rf64 = createWavHeader({ sampleRateHz: 24_000, lengthSamples: longest + 1 });
  expect(rf64.toString('latin1', 0, 4)).toBe('RF64');
});

test('beyond 4 GiB the header is RF64 with 64-bit sizes', () => {
  const lengthSamples = 5 * 2 ** 31 + 7;
  const header = createWavHeader({ sampleRateHz: 24_000, lengthSamples });
  expect(header.length).toBe(80);
  expect(countWavBytes(lengthSamples)).toBe(80 + 2 * lengthSamples);
  expect(header.readUInt32LE(4)).toBe(0xffffffff);
  expect([header.toString('latin1', 12, 16), header.readUInt32LE(16)]).toEqual(['ds64', 28]);
  expect(header.readBigUInt64LE(20)).toBe(BigInt(72 + 2 * lengthSamples));
  expect(header.readBigUInt64LE(28)).toBe(BigInt(2 * lengthSamples));
  expect(header.readBigUInt64LE(36)).toBe(BigInt(lengthSamples));
  expect(header.readUInt32LE(44)).toBe(0);
  expect(header.toString('latin1', 48, 52)).toBe('fmt ');
  expect([header.toString('latin1', 72, 76), header.readUInt32LE(76)]).toEqual(['data', 0xffffffff]);
});
