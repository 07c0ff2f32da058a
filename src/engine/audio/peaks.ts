// The outline of a sound, for drawing it.
import { BYTES_PER_SAMPLE } from './pcm.ts';

export const PEAKS_PER_SEC = 20;

/** The largest magnitude in each twentieth of a second of s16le mono `pcm`, scaled to 0 to 127. */
export function findPeaks(pcm: Buffer, sampleRateHz: number): number[] {
  const step = Math.round(sampleRateHz / PEAKS_PER_SEC) * BYTES_PER_SAMPLE;
  const peaks: number[] = [];
  for (let start = 0; start < pcm.length; start += step) {
    let loudest = 0;
    for (let at = start; at + 1 < Math.min(start + step, pcm.length); at += BYTES_PER_SAMPLE) {
      loudest = Math.max(loudest, Math.abs(pcm.readInt16LE(at)));
    }
    peaks.push(Math.round((loudest / 32_768) * 127));
  }
  return peaks;
}
