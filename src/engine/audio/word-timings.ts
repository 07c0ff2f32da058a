// When each word is heard, from the durations that the model chose for its phonemes.
import type { WordTiming } from '../engine.ts';
import type { PhonemizedWord } from '../text/phonemizer.ts';

/** One phoneme in the finished audio. `offset`: its place in the phoneme string. */
export interface TimedPhoneme {
  offset: number;
  startSample: number;
  endSample: number;
}

/**
 * Times the phonemes at `offsets`. `durations`: as the model gives them, in steps, padding at both ends.
 * `originSample`: where the first step of this run lies in the finished audio, negative when silence was cut off.
 */
export function timePhonemes(
  offsets: readonly number[],
  durations: readonly number[],
  { originSample, stepSamples }: { originSample: number; stepSamples: number },
): TimedPhoneme[] {
  let sample = originSample + durations[0]! * stepSamples;
  return offsets.map((offset, i) => {
    const startSample = sample;
    sample += durations[i + 1]! * stepSamples;
    return { offset, startSample, endSample: sample };
  });
}

/** Times within the audio's length, in text order, never overlapping. Words without a sound of their own are left out. */
export function timeWords(
  words: readonly PhonemizedWord[],
  phonemes: readonly TimedPhoneme[],
  { lengthSamples, sampleRateHz }: { lengthSamples: number; sampleRateHz: number },
): WordTiming[] {
  const timings: WordTiming[] = [];
  const toSeconds = (sample: number): number => Math.min(Math.max(sample, 0), lengthSamples) / sampleRateHz;
  let at = 0;
  for (const { start, end, phonemeStart, phonemeEnd } of words) {
    while (at < phonemes.length && phonemes[at]!.offset < phonemeStart) at++;
    const first = phonemes[at];
    let last: TimedPhoneme | undefined;
    while (at < phonemes.length && phonemes[at]!.offset < phonemeEnd) last = phonemes[at++];
    if (first === undefined || last === undefined) continue;
    // Where a long chunk is made in several runs, the sound of one begins while the last of the other dies away.
    const startSec = Math.max(toSeconds(first.startSample), timings.at(-1)?.endSec ?? 0);
    timings.push({ start, end, startSec, endSec: Math.max(startSec, toSeconds(last.endSample)) });
  }
  return timings;
}
