// AAC in ADTS by an ffmpeg that the user has installed: there is no free encoder of it in npm.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { BYTES_PER_SAMPLE } from '../pcm.ts';
import type { AudioEncoder } from './encoder.ts';

/** At this rate a frame is 21 ms, which keeps what is said below about the length within 30 ms. */
const OUTPUT_RATE_HZ = 48_000;
const BIT_RATE = '64k';
const FRAME_SAMPLES = 1024;
/** ADTS cannot say how much the encoder put before the first sample (a frame) and behind the last; this much is let be in all. */
const MAX_EXCESS_MS = 29;
/** Of less ffmpeg makes nothing at all, which is no AAC. */
const SHORTEST_SAMPLES = 64;
/** So much makes ffmpeg say something, and it is waited for: the next samples may be long in coming, and with them the next look. */
const FIRST_WORDS = { afterMs: 250, withinMs: 1000 };

/**
 * The sound begins 21 ms late, and the whole is at most 29 ms longer than what went in; where the last frame would make it more,
 * that frame and with it up to 13 ms of the end are left out, which in speech are silence. The shortest there is has 43 ms.
 */
export function openAacEncoder(sampleRateHz: number): AudioEncoder {
  const ffmpeg = startFfmpeg(sampleRateHz);
  const collector = collect(ffmpeg);
  const tailBytes = Math.ceil((FRAME_SAMPLES * sampleRateHz) / OUTPUT_RATE_HZ) * BYTES_PER_SAMPLE;
  let held = Buffer.alloc(0);
  let lengthSamples = 0;
  let isSilent = true;

  async function put(pcm: Buffer): Promise<void> {
    if (pcm.length > 0 && !ffmpeg.stdin.write(pcm))
      await Promise.race([once(ffmpeg.stdin, 'drain'), collector.ended]);
  }

  return {
    async encode(pcm) {
      lengthSamples += pcm.length / BYTES_PER_SAMPLE;
      const waiting = Buffer.concat([held, pcm]);
      const ready = Math.max(0, waiting.length - tailBytes);
      held = waiting.subarray(ready);
      await put(waiting.subarray(0, ready));
      if (isSilent && lengthSamples * 1000 >= FIRST_WORDS.afterMs * sampleRateHz) {
        isSilent = false;
        await Promise.race([collector.begun, delay(FIRST_WORDS.withinMs, undefined, { ref: false })]);
      }
      return collector.take();
    },
    async finish() {
      const surplus = countSurplusSamples(lengthSamples, sampleRateHz);
      if (lengthSamples - surplus < SHORTEST_SAMPLES)
        await put(Buffer.alloc(SHORTEST_SAMPLES * BYTES_PER_SAMPLE));
      else await put(held.subarray(0, held.length - surplus * BYTES_PER_SAMPLE));
      ffmpeg.stdin.end();
      await collector.ended;
      return { bytes: collector.take(), head: null };
    },
    close: () => void ffmpeg.kill('SIGKILL'),
  };
}

/** How many samples at the end would open a frame that is mostly padding. */
function countSurplusSamples(lengthSamples: number, sampleRateHz: number): number {
  const outputSamples = (lengthSamples * OUTPUT_RATE_HZ) / sampleRateHz;
  const inLastFrame = outputSamples % FRAME_SAMPLES;
  const excess = FRAME_SAMPLES + (inLastFrame === 0 ? 0 : FRAME_SAMPLES - inLastFrame);
  if (excess <= (MAX_EXCESS_MS * OUTPUT_RATE_HZ) / 1000) return 0;
  return Math.ceil((inLastFrame * sampleRateHz) / OUTPUT_RATE_HZ);
}

type Ffmpeg = ChildProcessByStdio<Writable, Readable, Readable>;

function startFfmpeg(sampleRateHz: number): Ffmpeg {
  // Raw samples have nothing to be found out; ffmpeg would hold back two seconds and more of them to look.
  const probing = ['-probesize', '32', '-analyzeduration', '0'];
  const input = [...probing, '-f', 's16le', '-ar', `${sampleRateHz}`, '-ac', '1', '-i', 'pipe:0'];
  const output = [
    '-threads',
    '1',
    '-c:a',
    'aac',
    '-b:a',
    BIT_RATE,
    '-ar',
    `${OUTPUT_RATE_HZ}`,
    '-flush_packets',
    '1',
    '-f',
    'adts',
    'pipe:1',
  ];
  return spawn('ffmpeg', ['-v', 'error', '-nostdin', ...input, ...output], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** What ffmpeg has said so far. `ended` rejects with its own words when it fails; `begun` resolves when it speaks or has ended. */
function collect(ffmpeg: Ffmpeg): { begun: Promise<unknown>; ended: Promise<void>; take(): Buffer } {
  let output: Buffer[] = [];
  let complaint = '';
  ffmpeg.stdout.on('data', (bytes: Buffer) => output.push(bytes));
  ffmpeg.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-500);
  });
  const ended = new Promise<void>((resolve, reject) => {
    ffmpeg.once('error', (cause) =>
      reject(new Error(`ffmpeg could not be started: ${cause.message}`, { cause })),
    );
    ffmpeg.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`ffmpeg ended with ${code ?? signal}: ${complaint.trim()}`));
    });
  });
  // Writing to an ffmpeg that has gone fails twice; the way it ended says more.
  ffmpeg.stdin.on('error', () => {});
  ended.catch(() => {});
  const begun = Promise.race([once(ffmpeg.stdout, 'data'), ended]).catch(() => {});
  return {
    begun,
    ended,
    take() {
      const bytes = Buffer.concat(output);
      output = [];
      return bytes;
    },
  };
}
