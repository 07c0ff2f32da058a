// From whatever people upload to the one form in which a clip is kept; and what is refused, with its reason.
import { expect, test } from 'vitest';
import { makeClip } from '../../../src/engine/audio/clip.ts';
import { makeTone, makeToneFile, makeToneWav, type ToneOptions } from '../../helpers/clips.ts';
import { convert, hasFfmpeg } from '../../helpers/ffmpeg.ts';
import { parseWav } from '../../helpers/wav-parse.ts';

/** Frequency by zero crossings and level of a clip, away from its edges. */
function measure(wav: Buffer) {
  const { samples, sampleRateHz, channels, bitsPerSample } = parseWav(wav);
  const middle = samples.slice(samples.length * 0.2, samples.length * 0.8);
  let crossings = 0;
  let squares = 0;
  for (let index = 1; index < middle.length; index++) {
    if (middle[index - 1]! < 0 !== middle[index]! < 0) crossings++;
    squares += (middle[index]! / 32_767) ** 2;
  }
  const hz = (crossings / 2) * (sampleRateHz / middle.length);
  return {
    hz,
    rms: Math.sqrt(squares / middle.length),
    shape: `${sampleRateHz}/${channels}/${bitsPerSample}`,
    sec: samples.length / sampleRateHz,
  };
}

test.each<[string, ToneOptions, string]>([
  ['16-bit mono at 24 kHz', {}, '24000/1/16'],
  ['8-bit', { bits: '8', rateHz: 44_100 }, '44100/1/16'],
  ['24-bit', { bits: '24', rateHz: 48_000 }, '48000/1/16'],
  ['32-bit', { bits: '32', rateHz: 16_000 }, '16000/1/16'],
  ['float', { bits: '32f' }, '24000/1/16'],
  ['float64', { bits: '64' }, '24000/1/16'],
  ['A-law', { bits: '8a', rateHz: 8000 }, '8000/1/16'],
  ['mu-law', { bits: '8m', rateHz: 8000 }, '8000/1/16'],
  ['stereo', { channels: 2, rateHz: 44_100 }, '44100/1/16'],
  ['8 channels', { channels: 8 }, '24000/1/16'],
  ['96 kHz, which becomes 48', { rateHz: 96_000 }, '48000/1/16'],
  ['192 kHz, which becomes 48', { rateHz: 192_000, bits: '24' }, '48000/1/16'],
  ['88.2 kHz, which becomes 44.1', { rateHz: 88_200 }, '44100/1/16'],
])('a WAV of %s', async (_what, options, shape) => {
  const { wav, sampleRateHz, durationSec } = await makeClip(makeToneWav(options), { maxSec: 30 });
  const found = measure(wav);
  expect(found.shape).toBe(shape);
  expect(sampleRateHz).toBe(Number.parseInt(shape, 10));
  expect(durationSec).toBeCloseTo(1, 3);
  expect(found.sec).toBeCloseTo(1, 3);
  expect(found.hz).toBeCloseTo(440, -1);
  expect(found.rms).toBeCloseTo(0.5 / Math.SQRT2, 2);
});

test.each(['mp3', 'flac', 'opus'] as const)('%s, whatever its name', async (format) => {
  const { wav, durationSec } = await makeClip(await makeToneFile(format), { maxSec: 30 });
  const found = measure(wav);
  expect(durationSec).toBeGreaterThan(0.95);
  expect(durationSec).toBeLessThan(1.1);
  expect(found.hz).toBeCloseTo(440, -1);
  expect(found.rms).toBeCloseTo(0.5 / Math.SQRT2, 1);
});

test.skipIf(!hasFfmpeg).each([
  ['Ogg Vorbis', ['-c:a', 'libvorbis', '-f', 'ogg']],
  ['FLAC', ['-c:a', 'flac', '-f', 'flac']],
  ['FLAC in Ogg', ['-c:a', 'flac', '-f', 'ogg']],
  ['stereo Opus', ['-ac', '2', '-ar', '48000', '-c:a', 'libopus', '-f', 'ogg']],
  ['MP3 with a tag in front', ['-c:a', 'libmp3lame', '-metadata', 'title=A tone', '-f', 'mp3']],
  ['WAV from a pipe, which has no length', ['-f', 'wav']],
])('%s as ffmpeg writes it', async (_what, args) => {
  const found = measure((await makeClip(convert(makeToneWav(), args), { maxSec: 30 })).wav);
  expect(found.sec).toBeGreaterThan(0.95);
  expect(found.sec).toBeLessThan(1.1);
  expect(found.hz).toBeCloseTo(440, -1);
});

test('a float file beyond full scale is turned down, not clipped', async () => {
  const { wav } = await makeClip(makeToneWav({ bits: '32f', amplitude: 4 }), { maxSec: 30 });
  const { samples } = parseWav(wav);
  expect(Math.max(...samples)).toBe(32_767);
  expect(measure(wav).rms).toBeCloseTo(1 / Math.SQRT2, 2);
});

const good = makeToneWav();

test.each<[string, () => Buffer | Promise<Buffer>, RegExp]>([
  ['nothing', () => Buffer.alloc(0), /is empty/],
  ['a text', () => Buffer.from('Dear server, please speak like this.'), /not audio/],
  [
    'noise',
    () => Buffer.from(makeTone().map((sample) => 128 + sample * 99)),
    /not audio|cannot be decoded|holds no sound/,
  ],
  ['a WAV cut off in its samples', () => good.subarray(0, 10_000), /ends early: 9956 of the 48000/],
  ['a WAV cut off in its head', () => good.subarray(0, 30), /description of its samples is cut off/],
  ['a WAV of no samples', () => makeToneWav({ sec: 0 }), /holds no sound/],
  ['silence', () => makeToneWav({ amplitude: 0 }), /only silence/],
  ['31 seconds', () => makeToneWav({ sec: 31, rateHz: 8000 }), /longer than 30 seconds/],
  ['4 kHz', () => makeToneWav({ rateHz: 4000 }), /has 4000 samples a second/],
  ['a WAV of no channels', () => patch(good, 22, 0), /no channels/],
  ['a WAV of 40 channels', () => patch(good, 22, 40), /40 channels/],
  ['a WAV of an unknown kind', () => patch(good, 20, 0x11), /of a kind that is not read \(format 17/],
  [
    'NaN',
    () => Buffer.concat([makeToneWav({ bits: '32f' }).subarray(0, -4), Buffer.from([0, 0, 0xc0, 0x7f])]),
    /no numbers/,
  ],
  ['a FLAC cut off', async () => (await makeToneFile('flac')).subarray(0, 4000), /ends early|damaged/],
  ['an Opus file cut off', async () => (await makeToneFile('opus')).subarray(0, 2000), /ends early/],
  ['a FLAC with bytes changed', async () => scramble(await makeToneFile('flac')), /damaged|ends early/],
])('%s is refused', async (_what, make, reason) => {
  await expect(makeClip(await make(), { maxSec: 30 })).rejects.toThrow(reason);
});

test('ten hours in a small file are not unfolded', async () => {
  // Silence: 10 h of FLAC, of which no more is decoded than is allowed.
  const { bomb, fullBytes } = await makeSilentFlac(10 * 3600);
  expect(bomb.length).toBeLessThan(fullBytes / 100);
  const before = process.memoryUsage.rss();
  await expect(makeClip(bomb, { maxSec: 30 })).rejects.toThrow(/longer than 30 seconds/);
  expect(process.memoryUsage.rss() - before).toBeLessThan(fullBytes / 4);
});

function patch(file: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt16LE(value, at);
  return copy;
}

function scramble(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  for (let at = 3000; at < 6000; at++) copy[at] = (copy[at]! * 31 + at) & 0xff;
  return copy;
}

/** One second of silence by our encoder, its frames repeated. */
async function makeSilentFlac(sec: number): Promise<{ bomb: Buffer; fullBytes: number }> {
  const minute = await makeToneFile('flac', { sec: 60, amplitude: 0, rateHz: 8000 });
  const head = minute.indexOf(Buffer.from([0xff, 0xf8]));
  const frames = minute.subarray(head);
  return {
    bomb: Buffer.concat([minute.subarray(0, head), ...Array<Buffer>(sec / 60).fill(frames)]),
    fullBytes: sec * 8000 * 4,
  };
}
