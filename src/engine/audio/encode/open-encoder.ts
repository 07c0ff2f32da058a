// Chooses the encoder of a format. Encoders are loaded when first asked for: the WebAssembly of one is of no use to another.
import type { AudioEncoder } from './encoder.ts';

/** The formats that are compressed; WAV and PCM are the samples themselves. */
const ENCODERS = {
  mp3: async (sampleRateHz: number) => (await import('./mp3.ts')).openMp3Encoder(sampleRateHz),
  opus: async (sampleRateHz: number) => (await import('./ogg-opus.ts')).openOpusEncoder(sampleRateHz),
  flac: async (sampleRateHz: number) => (await import('./flac.ts')).openFlacEncoder(sampleRateHz),
  aac: async (sampleRateHz: number) => (await import('./aac.ts')).openAacEncoder(sampleRateHz),
} as const;

export type EncodedFormat = keyof typeof ENCODERS;

export function isEncoded(format: string): format is EncodedFormat {
  return Object.hasOwn(ENCODERS, format);
}

/** Throws RangeError for a rate that the format does not have. */
export function openEncoder(
  format: EncodedFormat,
  { sampleRateHz }: { sampleRateHz: number },
): Promise<AudioEncoder> {
  return ENCODERS[format](sampleRateHz);
}
