// MP3 by LAME in WebAssembly, at a constant bit rate, behind an Info frame that tells players where the speech begins and ends.
import { createMp3Encoder } from 'wasm-media-encoders';
import { readSamples } from '../pcm.ts';
import type { AudioEncoder } from './encoder.ts';
import { createInfoFrame } from './mp3-info-frame.ts';

/** 24 kHz speech is transparent at 64 kbit/s; the rates from 32 kHz on belong to MPEG-1, whose frames carry more. */
const BIT_RATE_KBPS = { low: 64, high: 96 } as const;
const SAMPLE_RATES_HZ = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000] as const;
/** Samples at a time, so that the memory of the WebAssembly stays as it is. */
const BLOCK_SAMPLES = 16_384;
const FULL_SCALE = 32_768;
/** Instances that nobody uses just now: making one means compiling half a megabyte. */
const idle: Lame[] = [];
const MAX_IDLE = 4;
type Lame = Awaited<ReturnType<typeof createMp3Encoder>>;

/**
 * The stream's Info frame names the delay of the encoder, so that nothing comes before the speech; up to 26 ms of silence remain
 * behind it, since only the head for a file knows the length and cuts that off.
 */
export async function openMp3Encoder(sampleRateHz: number): Promise<AudioEncoder> {
  const rate = SAMPLE_RATES_HZ.find((known) => known === sampleRateHz);
  if (rate === undefined) {
    throw new RangeError(`MP3: expected one of ${SAMPLE_RATES_HZ.join(', ')} Hz, got ${sampleRateHz}`);
  }
  const bitRateKbps = rate >= 32_000 ? BIT_RATE_KBPS.high : BIT_RATE_KBPS.low;
  const samplesPerFrame = rate >= 32_000 ? 1152 : 576;
  const lame = idle.pop() ?? (await createMp3Encoder());
  lame.configure({ sampleRate: rate, outputSampleRate: rate, channels: 1, bitrate: bitRateKbps });
  const frameBytes = (samplesPerFrame / 8) * ((bitRateKbps * 1000) / rate);
  let firstHeader: Buffer | undefined;
  let lengthSamples = 0;
  let audioBytes = 0;

  /** LAME's bytes, behind the Info frame if they are the first. */
  function take(frames: Buffer): Buffer {
    audioBytes += frames.length;
    if (firstHeader !== undefined || frames.length === 0) return frames;
    firstHeader = frames.subarray(0, 4);
    return Buffer.concat([createInfoFrame({ firstHeader, frameBytes }), frames]);
  }

  return {
    encode(pcm) {
      const samples = readSamples(pcm);
      lengthSamples += samples.length;
      const output: Buffer[] = [];
      for (let start = 0; start < samples.length; start += BLOCK_SAMPLES) {
        const block = Float32Array.from(
          samples.subarray(start, start + BLOCK_SAMPLES),
          (sample) => sample / FULL_SCALE,
        );
        output.push(Buffer.from(lame.encode([block])));
      }
      return take(Buffer.concat(output));
    },
    finish() {
      const bytes = take(Buffer.from(lame.finalize()));
      const frames = Math.round(audioBytes / frameBytes);
      const totals = { frames, lengthSamples, samplesPerFrame, audioBytes };
      return { bytes, head: createInfoFrame({ firstHeader: firstHeader!, frameBytes, totals }) };
    },
    close() {
      if (idle.length < MAX_IDLE) idle.push(lame);
    },
  };
}
