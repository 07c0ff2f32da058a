// The processor time of a minute of speech in each format, in a thread that is warm, beside ffmpeg's encoder of the same format.
// AAC is made by ffmpeg in any case: there ours is only what passes the samples on.
import { spawnSync } from 'node:child_process';
import { EncoderThread } from '../src/daemon/inference/encoder-thread.ts';
import type { EncodedFormat } from '../src/engine/audio/encode/open-encoder.ts';
import { makeSpeechLike } from '../test/helpers/pcm.ts';
import { getMedian } from './statistics.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const RATE_HZ = 24_000;
const MINUTE_SEC = 60;
const ROUNDS = 3;
/** ffmpeg's names, at the bit rates that ours have. */
const FFMPEG: Record<Exclude<EncodedFormat, 'pcm'>, string[]> = {
  mp3: ['-c:a', 'libmp3lame', '-b:a', '64k', '-f', 'mp3'],
  opus: ['-c:a', 'libopus', '-b:a', '32k', '-f', 'opus'],
  flac: ['-c:a', 'flac', '-f', 'flac'],
  aac: ['-c:a', 'aac', '-b:a', '64k', '-ar', '48000', '-f', 'adts'],
};

export const encode: Benchmark = {
  name: 'encode',
  async run() {
    const minute = makeSpeechLike(RATE_HZ * MINUTE_SEC, RATE_HZ);
    const encoder = new EncoderThread('bench');
    async function encodeMinute(format: EncodedFormat) {
      async function* speak() {
        yield minute;
      }
      const start = process.cpuUsage();
      let bytes = 0;
      for await (const part of encoder.encode(speak(), { format, sampleRateHz: RATE_HZ }))
        bytes += part.length;
      const { user, system } = process.cpuUsage(start);
      return { ms: (user + system) / 1000, bytes };
    }

    const rows: Row[] = [];
    for (const [format, flags] of Object.entries(FFMPEG) as [keyof typeof FFMPEG, string[]][]) {
      const { bytes } = await encodeMinute(format);
      const ours: number[] = [];
      const beside: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        ours.push((await encodeMinute(format)).ms);
        beside.push(encodeWithFfmpeg(minute, flags));
      }
      rows.push({
        what: `a minute of speech to ${format}, ${Math.round((bytes * 8) / MINUTE_SEC / 1000)} kbit/s`,
        ours: formatMs(getMedian(ours)),
        beside: `ffmpeg ${formatMs(getMedian(beside))}`,
        ratio: formatRatio(getMedian(ours), getMedian(beside)),
        goal: '',
      });
    }
    return rows;
  },
};

/** Milliseconds of processor time, as ffmpeg counts its own. */
function encodeWithFfmpeg(pcm: Buffer, flags: string[]): number {
  const input = [
    '-v',
    'info',
    '-nostats',
    '-benchmark',
    '-f',
    's16le',
    '-ar',
    `${RATE_HZ}`,
    '-ac',
    '1',
    '-i',
    'pipe:0',
  ];
  const { status, stderr } = spawnSync('ffmpeg', [...input, ...flags, 'pipe:1'], {
    input: pcm,
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`ffmpeg ended with ${status}`);
  const [, user, system] = /utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr.toString())!;
  return (Number(user) + Number(system)) * 1000;
}
