// Reads a whole 16-bit WAV file with an independent reader.
import wavefile from 'wavefile';

export interface ParsedWav {
  sampleRateHz: number;
  channels: number;
  bitsPerSample: number;
  samples: Int16Array;
}

export function parseWav(bytes: Uint8Array): ParsedWav {
  const wav = new wavefile.WaveFile(bytes);
  const { sampleRate, numChannels, bitsPerSample } = wav.fmt as Record<string, number>;
  return {
    sampleRateHz: sampleRate ?? 0,
    channels: numChannels ?? 0,
    bitsPerSample: bitsPerSample ?? 0,
    samples: wav.getSamples(true, Int16Array) as unknown as Int16Array,
  };
}
