// Every encoder against ffmpeg's decoders: as a stream, and as a file that got its final head.
import { describe, expect, test } from 'vitest';
import { type EncodedFormat, openEncoder } from '../../../../src/engine/audio/encode/open-encoder.ts';
import { decodeAudio, hasFfmpeg } from '../../../helpers/ffmpeg.ts';
import { makeSpeechLike, measureSnrDb } from '../../../helpers/pcm.ts';

const RATE_HZ = 24_000;
const LENGTHS = [0, 1, 479, 480, 576, 4096, 7200, 7201, 72_000, 480_457];
const MAX_EXCESS_SEC = 0.03;

async function encodeAll(format: EncodedFormat, pcm: Buffer, { blockBytes = 10_002, rateHz = RATE_HZ } = {}) {
  const encoder = await openEncoder(format, { sampleRateHz: rateHz });
  const parts: Buffer[] = [];
  for (let start = 0; start < pcm.length; start += blockBytes) {
    parts.push(await encoder.encode(pcm.subarray(start, start + blockBytes)));
  }
  const { bytes, head } = await encoder.finish();
  const stream = Buffer.concat([...parts, bytes]);
  const file = Buffer.from(stream);
  head?.copy(file);
  return { stream, file };
}

describe.skipIf(!hasFfmpeg).each(LENGTHS)('%i samples (needs ffmpeg)', (lengthSamples) => {
  const pcm = makeSpeechLike(lengthSamples, RATE_HZ);
  // What ffmpeg makes of an audio shorter than a frame of MP3 has the length that it likes.
  const isShort = lengthSamples < 576;

  test('FLAC comes back to the bit, as a file and as a stream', async () => {
    const { stream, file } = await encodeAll('flac', pcm);
    expect((await decodeAudio(file, { format: 'flac', rateHz: RATE_HZ })).equals(pcm)).toBe(true);
    expect((await decodeAudio(stream, { format: 'flac', rateHz: RATE_HZ })).equals(pcm)).toBe(true);
  });

  test('Opus comes back in the exact length, in place', async () => {
    const { stream, file } = await encodeAll('opus', pcm);
    expect(file.equals(stream)).toBe(true);
    const decoded = await decodeAudio(stream, { format: 'opus', rateHz: 48_000 });
    expect(decoded.length / 2).toBe(lengthSamples * 2);
    if (!isShort) expect(measureSnrDb(pcm, takeEverySecond(decoded))).toBeGreaterThan(8);
  });

  test('an MP3 file comes back in the exact length, in place', async () => {
    const { file } = await encodeAll('mp3', pcm);
    const decoded = await decodeAudio(file, { format: 'mp3', rateHz: RATE_HZ });
    if (isShort) expect(getExcessSec(decoded, pcm)).toBeLessThan(MAX_EXCESS_SEC);
    else {
      expect(decoded.length).toBe(pcm.length);
      expect(measureSnrDb(pcm, decoded)).toBeGreaterThan(15);
    }
  });

  test('an MP3 stream begins in place and ends within 30 ms', async () => {
    const { stream } = await encodeAll('mp3', pcm);
    const decoded = await decodeAudio(stream, { format: 'mp3', rateHz: RATE_HZ });
    expect(getExcessSec(decoded, pcm)).toBeGreaterThanOrEqual(0);
    expect(getExcessSec(decoded, pcm)).toBeLessThan(MAX_EXCESS_SEC);
    if (!isShort) expect(measureSnrDb(pcm, decoded)).toBeGreaterThan(15);
  });

  test('AAC is at most 30 ms longer, or two frames', async () => {
    const { stream } = await encodeAll('aac', pcm);
    const decoded = await decodeAudio(stream, { format: 'aac', rateHz: 48_000 });
    const excessSec = (decoded.length / 2 - lengthSamples * 2) / 48_000;
    expect(excessSec).toBeGreaterThanOrEqual(0);
    expect(excessSec).toBeLessThan(lengthSamples < 64 ? 0.043 : MAX_EXCESS_SEC);
  });
});

test.each(['mp3', 'flac'] as const)(
  '%s does not depend on how the samples are cut into blocks',
  async (format) => {
    const pcm = makeSpeechLike(30_001, RATE_HZ);
    const { file } = await encodeAll(format, pcm);
    expect((await encodeAll(format, pcm, { blockBytes: 2 })).file.equals(file)).toBe(true);
    expect((await encodeAll(format, pcm, { blockBytes: pcm.length })).file.equals(file)).toBe(true);
  },
);

test.each(['mp3', 'opus', 'flac'] as const)('%s sends its first bytes before the end', async (format) => {
  const encoder = await openEncoder(format, { sampleRateHz: RATE_HZ });
  expect((await encoder.encode(makeSpeechLike(12_000, RATE_HZ))).length).toBeGreaterThan(100);
  await encoder.finish();
});

test.skipIf(!hasFfmpeg).each([
  ['mp3', 22_050, 22_050],
  ['mp3', 20_000, 22_050],
  ['mp3', 96_000, 48_000],
  ['opus', 22_050, 24_000],
  ['opus', 44_100, 48_000],
] as const)(
  '%s of samples at %i Hz has the length and sound of them (needs ffmpeg)',
  async (format, rateHz, itsHz) => {
    const pcm = makeSpeechLike(rateHz * 2, rateHz);
    const { file } = await encodeAll(format, pcm, { rateHz });
    const decoded = await decodeAudio(file, { format, rateHz: itsHz });
    expect(Math.abs(decoded.length / 2 - itsHz * 2)).toBeLessThanOrEqual(1);
    expect(measureSnrDb(makeSpeechLike(itsHz * 2, itsHz), decoded)).toBeGreaterThan(0);
  },
);

test('raw samples are at 24 kHz, whatever came', async () => {
  const { file } = await encodeAll('pcm', makeSpeechLike(22_050, 22_050), { rateHz: 22_050 });
  expect(file.length / 2).toBe(24_000);
  const same = makeSpeechLike(3000, RATE_HZ);
  expect((await encodeAll('pcm', same)).file.equals(same)).toBe(true);
});

test('FLAC refuses a rate that it cannot write down', async () => {
  await expect(openEncoder('flac', { sampleRateHz: 96_000 })).rejects.toThrow(RangeError);
});

test.skipIf(!hasFfmpeg)('FLAC takes silence, noise, full scale and odd rates (needs ffmpeg)', async () => {
  const noise = Buffer.alloc(20_000, 0).map(() => Math.random() * 256);
  const square = Buffer.alloc(20_000);
  for (let offset = 0; offset < square.length; offset += 2) {
    square.writeInt16LE(offset % 16 < 8 ? 32_767 : -32_768, offset);
  }
  for (const pcm of [Buffer.alloc(20_000), Buffer.from(noise), square]) {
    for (const rateHz of [22_050, 11_025]) {
      const { file } = await encodeAll('flac', pcm, { rateHz });
      expect((await decodeAudio(file, { format: 'flac', rateHz })).equals(pcm)).toBe(true);
    }
  }
});

test.skipIf(!hasFfmpeg)(
  'FLAC numbers its frames through the one-, two- and three-byte forms (needs ffmpeg)',
  async () => {
    const pcm = Buffer.alloc(2100 * 4096 * 2);
    const { file } = await encodeAll('flac', pcm, { blockBytes: 1_000_000 });
    expect((await decodeAudio(file, { format: 'flac', rateHz: RATE_HZ })).equals(pcm)).toBe(true);
  },
);

function getExcessSec(decoded: Buffer, pcm: Buffer): number {
  return (decoded.length - pcm.length) / 2 / RATE_HZ;
}

function takeEverySecond(pcm: Buffer): Buffer {
  const half = Buffer.alloc(Math.floor(pcm.length / 4) * 2);
  for (let offset = 0; offset < half.length; offset += 2)
    half.writeInt16LE(pcm.readInt16LE(offset * 2), offset);
  return half;
}
