// Chooses the encoder of a format. Encoders are loaded when first asked for: the WebAssembly of one is of no use to another.
import { createResampler } from '../resample.ts';
import type { AudioEncoder } from './encoder.ts';

/** Raw samples cannot say their rate: it is always that of OpenAI's speech API, whatever the model's. */
export const PCM_RATE_HZ = 24_000;

/** What has to be made; WAV is the samples themselves, and so are raw ones that have the right rate already. */
const ENCODERS = {
  mp3: async () => (await import('./mp3.ts')).openMp3Encoder,
  opus: async () => (await import('./ogg-opus.ts')).openOpusEncoder,
  flac: async () => (await import('./flac.ts')).openFlacEncoder,
  aac: async () => (await import('./aac.ts')).openAacEncoder,
  pcm: async () => (await import('./raw.ts')).openRawEncoder,
} as const;

/** The rates that a format has, where it does not take any. */
const RATES_HZ: Partial<Record<EncodedFormat, readonly number[]>> = {
  mp3: [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000],
  opus: [8000, 12_000, 16_000, 24_000, 48_000],
  pcm: [PCM_RATE_HZ],
};

export type EncodedFormat = keyof typeof ENCODERS;

export function isEncoded(format: string, sampleRateHz: number): format is EncodedFormat {
  return Object.hasOwn(ENCODERS, format) && !(format === 'pcm' && sampleRateHz === PCM_RATE_HZ);
}

/** All of them, for what is not loaded may be gone later. */
export async function loadEncoders(): Promise<void> {
  await Promise.all(Object.values(ENCODERS).map((load) => load()));
}

/** Takes samples of any rate: where the format has not that one, they are converted to the next higher that it has. */
export async function openEncoder(
  format: EncodedFormat,
  { sampleRateHz }: { sampleRateHz: number },
): Promise<AudioEncoder> {
  const rates = RATES_HZ[format] ?? [sampleRateHz];
  const toHz = rates.find((rate) => rate >= sampleRateHz) ?? rates.at(-1)!;
  const open = await ENCODERS[format]();
  const encoder = await open(toHz);
  return toHz === sampleRateHz ? encoder : convertRate(encoder, { fromHz: sampleRateHz, toHz });
}

function convertRate(encoder: AudioEncoder, rates: { fromHz: number; toHz: number }): AudioEncoder {
  const resampler = createResampler(rates);
  return {
    encode: (pcm) => encoder.encode(resampler.resample(pcm)),
    async finish() {
      const last = await encoder.encode(resampler.finish());
      const { bytes, head } = await encoder.finish();
      return { bytes: Buffer.concat([last, bytes]), head };
    },
    close: () => encoder.close(),
  };
}
