// Clips to upload: a tone, in every shape in which people have files.
import wavefile from 'wavefile';
import { openEncoder } from '../../src/engine/audio/encode/open-encoder.ts';

export interface ToneOptions {
  sec?: number;
  rateHz?: number;
  channels?: number;
  /** As wavefile names it: `16`, `24`, `32f`, `64`, `8a` (A-law), `8m` (mu-law) … */
  bits?: string;
  hz?: number;
  amplitude?: number;
}

/** The tone as samples of -1 to 1. */
export function makeTone({
  sec = 1,
  rateHz = 24_000,
  hz = 440,
  amplitude = 0.5,
}: ToneOptions = {}): Float64Array {
  return Float64Array.from(
    { length: Math.round(sec * rateHz) },
    (_, index) => amplitude * Math.sin((2 * Math.PI * hz * index) / rateHz),
  );
}

/** A WAV file by an independent writer. */
export function makeToneWav(options: ToneOptions = {}): Buffer {
  const { rateHz = 24_000, channels = 1, bits = '16' } = options;
  const tone = makeTone(options);
  const isLaw = bits === '8a' || bits === '8m';
  const isFloat = bits === '32f' || bits === '64';
  const depth = isLaw ? 16 : Number.parseInt(bits, 10);
  const scaled = isFloat
    ? tone
    : tone.map((sample) => Math.round(sample * (2 ** (depth - 1) - 1)) + (depth === 8 ? 128 : 0));
  const wav = new wavefile.WaveFile();
  // wavefile takes one array for one channel, and an array of arrays for several.
  const samples = channels === 1 ? scaled : Array.from({ length: channels }, () => scaled);
  wav.fromScratch(channels, rateHz, isLaw ? '16' : bits, samples as never);
  if (bits === '8a') wav.toALaw();
  if (bits === '8m') wav.toMuLaw();
  return Buffer.from(wav.toBuffer());
}

/** Our own encoders, whose output other programs judge elsewhere. */
export async function makeToneFile(
  format: 'mp3' | 'flac' | 'opus',
  options: ToneOptions = {},
): Promise<Buffer> {
  const { rateHz = 24_000 } = options;
  const pcm = Buffer.from(Int16Array.from(makeTone(options), (sample) => Math.round(sample * 32_767)).buffer);
  const encoder = await openEncoder(format, { sampleRateHz: rateHz });
  const body = Buffer.concat([await encoder.encode(pcm)]);
  const { bytes, head } = await encoder.finish();
  const file = Buffer.concat([body, bytes]);
  head?.copy(file);
  return file;
}
