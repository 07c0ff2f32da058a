// Between float samples and the bytes that are stored and sent: signed 16 bit, little endian, mono.
import { endianness } from 'node:os';

export const BYTES_PER_SAMPLE = 2;

/**
 * Samples in -1 to 1 as s16le. Full scale is 32767 on both sides; what lies outside is clamped, NaN becomes silence, and halves
 * round upwards (`Math.round`), so that the same samples give the same bytes on every machine.
 */
export function encodePcm(samples: Float32Array): Buffer {
  const integers = new Int16Array(samples.length);
  for (let index = 0; index < samples.length; index++) {
    const sample = samples[index] ?? 0;
    integers[index] = Math.round(Math.min(1, Math.max(-1, sample)) * 32767);
  }
  const bytes = Buffer.from(integers.buffer);
  return endianness() === 'LE' ? bytes : bytes.swap16();
}

/** The samples of s16le bytes, as numbers from -32768 to 32767. */
export function readSamples(pcm: Buffer): Int16Array {
  const samples = new Int16Array(pcm.length / BYTES_PER_SAMPLE);
  for (let index = 0; index < samples.length; index++)
    samples[index] = pcm.readInt16LE(index * BYTES_PER_SAMPLE);
  return samples;
}
