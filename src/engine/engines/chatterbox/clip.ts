// A reference clip as the model wants to hear it: 24 kHz, whole tokens, no longer than is of use, and for Turbo as loud as in training.
import { readFile } from 'node:fs/promises';
import wavefile from 'wavefile';
import { resampleWhole } from '../../audio/resample-whole.ts';
import { measureLikeReference } from './clip-loudness.ts';
import { SAMPLE_RATE_HZ, SAMPLES_PER_TOKEN } from './constants.ts';

/** Raised whenever the same clip would be prepared otherwise. */
export const PREPARATION_VERSION = 1;
/** Prompt and tokens take the first 15 s at most; what follows only adds to the picture of the speaker. */
const MOST_SEC = 30;
const LEAST_SEC = 1;
const TURBO_LUFS = -27;

/** Throws naming the clip and the remedy when nothing can be heard in it. */
export async function prepareClip(path: string, { isTurbo }: { isTurbo: boolean }): Promise<Float32Array> {
  const { samples, sampleRateHz } = await readClip(path);
  return prepareSamples(resampleWhole(samples, { fromHz: sampleRateHz, toHz: SAMPLE_RATE_HZ }), {
    isTurbo,
    path,
  });
}

export function prepareSamples(
  heard: Float32Array,
  { isTurbo, path }: { isTurbo: boolean; path: string },
): Float32Array {
  const sec = heard.length / SAMPLE_RATE_HZ;
  if (sec < LEAST_SEC)
    throw new Error(
      `The reference clip ${path} lasts ${sec.toFixed(1)} s; a voice needs ${LEAST_SEC} s at least, and 10 s to be known well.`,
    );
  const lufs = measureLikeReference(heard, SAMPLE_RATE_HZ);
  if (lufs === -Infinity)
    throw new Error(`Nothing can be heard in the reference clip ${path}; record it louder.`);
  const gain = isTurbo ? 10 ** ((TURBO_LUFS - lufs) / 20) : 1;
  const length = Math.min(heard.length, MOST_SEC * SAMPLE_RATE_HZ);
  // A token more or less would put frames and tokens out of step.
  const samples = heard.slice(0, length - (length % SAMPLES_PER_TOKEN));
  if (gain !== 1) for (let i = 0; i < samples.length; i++) samples[i]! *= gain;
  return samples;
}

async function readClip(path: string): Promise<{ samples: Float32Array; sampleRateHz: number }> {
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (cause) {
    throw new Error(`The reference clip ${path} cannot be read. Add the voice again.`, { cause });
  }
  try {
    const wav = new wavefile.WaveFile(content);
    const format = wav.fmt as { sampleRate: number; numChannels: number; bitsPerSample: number };
    if (format.numChannels !== 1 || format.bitsPerSample !== 16)
      throw new Error('it is not mono with 16 bits');
    const words = wav.getSamples(false, Int16Array) as unknown as Int16Array;
    return { samples: Float32Array.from(words, (word) => word / 32_768), sampleRateHz: format.sampleRate };
  } catch (cause) {
    throw new Error(`The reference clip ${path} is no mono WAV of 16 bits. Add the voice again.`, { cause });
  }
}
