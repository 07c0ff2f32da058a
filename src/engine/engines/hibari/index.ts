// The embedded engine: English text to phonemes, to frames, to samples.
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createPieceJoiner } from '../../audio/join-pieces.ts';
import { seedNoise } from '../../audio/noise.ts';
import { type TimedPhoneme, timePhonemes, timeWords } from '../../audio/word-timings.ts';
import type { ChunkAudio, ChunkInput, Engine } from '../../engine.ts';
import { cutPieces, isSpeakable, lookUpIds, readVocabulary } from '../../text/phoneme-ids.ts';
import type { Phonemizer } from '../../text/phonemizer.ts';
import { MOST_PHONEMES, openAcousticModel } from './acoustic-model.ts';
import { DURATION_STEP_SAMPLES, SAMPLE_RATE_HZ } from './constants.ts';
import { deriveFrames } from './derive-frames.ts';
import { countEarlySamples } from './earliness.ts';
import { findSpeaker } from './speakers.ts';
import { openWaveform } from './waveform.ts';

export interface HibariOptions {
  /** The folder with the model's files. */
  modelDir: string;
  /** Threads of one graph run, at least 1. */
  threads: number;
  /** Closed with the engine. */
  phonemizer: Phonemizer;
}

export async function createHibari({ modelDir, threads, phonemizer }: HibariOptions): Promise<Engine> {
  const [vocabulary, model, synthesizeWaveform] = await Promise.all([
    readVocabulary(join(modelDir, 'vocab.json')),
    openAcousticModel(join(modelDir, 'acoustic.onnx'), threads),
    openWaveform(),
  ]);

  async function synthesize(
    { text, speaker, speed: speedFactor, seed }: ChunkInput,
    signal: AbortSignal,
  ): Promise<ChunkAudio> {
    signal.throwIfAborted();
    const derivation = findSpeaker(speaker);
    const speed = speedFactor * (derivation?.speed ?? 1);
    const { phonemes, words, warnings } = await phonemizer.phonemize(text);
    const { ids, offsets, unknown } = lookUpIds(phonemes, vocabulary);
    const notes = [...warnings];
    if (unknown.length > 0) notes.push(`The voice has no sound for ${unknown.join(' ')}, skipped.`);
    const known = offsets.map((offset) => phonemes[offset]!);
    if (!isSpeakable(known.join(''))) {
      if (notes.length === 0) notes.push('There is nothing to speak in this text.');
      return { samples: new Float32Array(0), sampleRateHz: SAMPLE_RATE_HZ, words: [], warnings: notes };
    }

    const fillNoise = seedNoise(seed);
    const joiner = createPieceJoiner(SAMPLE_RATE_HZ);
    const timed: TimedPhoneme[] = [];
    for (const piece of cutPieces(known, MOST_PHONEMES)) {
      // A run blocks the thread, so only between two runs can news of an abort arrive.
      await setImmediate();
      signal.throwIfAborted();
      const { frames, durations } = await model.run(ids.slice(piece.start, piece.end), speed);
      if (derivation !== null) deriveFrames(frames, derivation);
      const originSample = joiner.add(synthesizeWaveform(frames, fillNoise), piece.pauseSec / speed);
      timed.push(
        ...timePhonemes(offsets.slice(piece.start, piece.end), durations, {
          originSample: originSample - countEarlySamples(speed),
          stepSamples: DURATION_STEP_SAMPLES,
        }),
      );
    }
    signal.throwIfAborted();
    const samples = joiner.join();
    return {
      samples,
      sampleRateHz: SAMPLE_RATE_HZ,
      words: timeWords(words, timed, { lengthSamples: samples.length, sampleRateHz: SAMPLE_RATE_HZ }),
      warnings: notes,
    };
  }

  return {
    sampleRateHz: SAMPLE_RATE_HZ,
    synthesize,
    async close() {
      await model.close();
      await phonemizer.close();
    },
  };
}
