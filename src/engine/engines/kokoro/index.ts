// Kokoro: text to phonemes, a style by speaker and length, samples out of one graph.
import { setImmediate } from 'node:timers/promises';
import { createPieceJoiner } from '../../audio/join-pieces.ts';
import { type TimedPhoneme, timePhonemes, timeWords } from '../../audio/word-timings.ts';
import type { ChunkAudio, ChunkInput, Engine } from '../../engine.ts';
import type { Device } from '../../model/device.ts';
import { findGraph } from '../../model/find-graph.ts';
import type { ModelManifest } from '../../model/manifest.ts';
import { openPrepared } from '../../model/prepared.ts';
import { cutPieces, isSpeakable, lookUpIds } from '../../text/phoneme-ids.ts';
import type { Phonemizer } from '../../text/phonemizer.ts';
import { openFrontEnds } from './front-ends.ts';
import { KOKORO_CONTRACT, openKokoroGraph } from './graph.ts';
import { guessDurations } from './guess-durations.ts';
import { KOKORO_RECIPE } from './prepare-graph.ts';
import { openStyles, STYLE_ROWS } from './styles.ts';
import { VOCABULARY } from './vocabulary.ts';

const SAMPLE_RATE_HZ = 24_000;
/** What the graph counts durations in, 25 ms. */
const STEP_SAMPLES = 600;

export interface KokoroOptions {
  modelDir: string;
  manifest: ModelManifest;
  /** Threads of one graph run, at least 1. */
  threads: number;
  device: Device;
  openEnglish: () => Promise<Phonemizer>;
}

/** Words are timed by the durations that the graph chooses; where its export does not tell them, by the share of their phonemes. */
export async function createKokoro({
  modelDir,
  manifest,
  threads,
  device,
  openEnglish,
}: KokoroOptions): Promise<Engine> {
  const file = findGraph(modelDir, manifest);
  const session = await openPrepared({ modelDir, manifest, file }, KOKORO_CONTRACT, {
    recipe: KOKORO_RECIPE,
    threads,
    device,
  });
  const run = openKokoroGraph(session);
  const styles = openStyles(modelDir, new Set(manifest.speakers.map(({ id }) => id)));
  const frontEnds = openFrontEnds(manifest, openEnglish);

  async function synthesize(
    { text, speaker, speed, nextText }: ChunkInput,
    signal: AbortSignal,
  ): Promise<ChunkAudio> {
    signal.throwIfAborted();
    const phonemizer = await frontEnds.find(speaker);
    const { phonemes, words, warnings } = await phonemizer.phonemize(text);
    if (nextText !== undefined) phonemizer.readAhead?.(nextText);
    const { ids, offsets, unknown } = lookUpIds(phonemes, VOCABULARY);
    const notes = [...warnings];
    if (unknown.length > 0) notes.push(`The voice has no sound for ${unknown.join(' ')}, skipped.`);
    const known = offsets.map((offset) => phonemes[offset]!);
    if (!isSpeakable(known.join(''))) {
      if (notes.length === 0) notes.push('There is nothing to speak in this text.');
      return { samples: new Float32Array(0), sampleRateHz: SAMPLE_RATE_HZ, words: [], warnings: notes };
    }
    const joiner = createPieceJoiner(SAMPLE_RATE_HZ);
    const timed: TimedPhoneme[] = [];
    for (const piece of cutPieces(known, STYLE_ROWS)) {
      // A run blocks the thread, so only between two runs can news of an abort arrive.
      await setImmediate();
      signal.throwIfAborted();
      const length = piece.end - piece.start;
      const style = await styles.find(speaker, length);
      const { audio, durations } = await run({ ids: ids.slice(piece.start, piece.end), style, speed });
      const originSample = joiner.add(audio, piece.pauseSec / speed);
      const steps =
        durations ?? guessDurations(known.slice(piece.start, piece.end), audio.length / STEP_SAMPLES);
      timed.push(
        ...timePhonemes(offsets.slice(piece.start, piece.end), steps, {
          originSample,
          stepSamples: STEP_SAMPLES,
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
      await session.release();
      await frontEnds.close();
    },
  };
}
