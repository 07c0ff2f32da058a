// When each word is heard, from the durations that the model chose for its phonemes.
import type { WordTiming } from '../../engine.ts';
import type { PhonemizedWord } from '../../text/phonemizer.ts';
import { DURATION_STEP_SAMPLES, SAMPLE_RATE_HZ } from './constants.ts';

/** One phoneme in the finished audio. `offset`: its place in the phoneme string. */
export interface TimedPhoneme {
  offset: number;
  startSample: number;
  endSample: number;
}

/**
 * The sound of a phoneme comes before the frames that are counted for it: so much at any speed, and so much at natural speed.
 * Measured as the shift at which vowels differ most in loudness from stops and fricatives: 90, 75, 60, 45 and 40 ms at speeds 0.5,
 * 0.75, 1, 1.5 and 2, over 60 sentences.
 */
const EARLY_SEC = { fixed: 0.025, natural: 0.032 };

/** How much earlier than its frames a phoneme is heard. */
export function countEarlySamples(speed: number): number {
  return Math.round((EARLY_SEC.fixed + EARLY_SEC.natural / speed) * SAMPLE_RATE_HZ);
}

/**
 * Times the phonemes at `offsets`. `durations`: as the model gives them, padding at both ends.
 * `originSample`: where the first frame of this run lies in the finished audio, negative when silence was cut off.
 */
export function timePhonemes(
  offsets: readonly number[],
  durations: readonly number[],
  originSample: number,
): TimedPhoneme[] {
  let sample = originSample + durations[0]! * DURATION_STEP_SAMPLES;
  return offsets.map((offset, i) => {
    const startSample = sample;
    sample += durations[i + 1]! * DURATION_STEP_SAMPLES;
    return { offset, startSample, endSample: sample };
  });
}

/** Times within the audio's length, in text order, never overlapping. Words without a sound of their own are left out. */
export function timeWords(
  words: readonly PhonemizedWord[],
  phonemes: readonly TimedPhoneme[],
  lengthSamples: number,
): WordTiming[] {
  const timings: WordTiming[] = [];
  const toSeconds = (sample: number): number => Math.min(Math.max(sample, 0), lengthSamples) / SAMPLE_RATE_HZ;
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
