// Kokoro: English text to phonemes, a style by speaker and length, samples out of one graph.
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ChunkAudio, ChunkInput, Engine } from '../../engine.ts';
import { openSession, Tensor } from '../../model/session.ts';
import type { Phonemizer } from '../../text/phonemizer.ts';
import { fadeEdges, findSound } from '../hibari/edges.ts';
import { limitPeak } from '../hibari/limit-peak.ts';
import { cutPieces, isSpeakable, lookUpIds } from '../hibari/phoneme-ids.ts';
import { openStyles, STYLE_ROWS, STYLE_VALUES } from './styles.ts';
import { VOCABULARY } from './vocabulary.ts';

const SAMPLE_RATE_HZ = 24_000;
/** Stands at both ends of the ids. */
const PADDING_ID = 0;
const CONTRACT = { inputs: ['tokens', 'style', 'speed'], outputs: ['audio'] } as const;

export interface KokoroOptions {
  modelDir: string;
  speakers: ReadonlySet<string>;
  /** Threads of one graph run, at least 1. */
  threads: number;
  /** Closed with the engine. */
  phonemizer: Phonemizer;
}

/** The exports with these inputs tell no durations, so words are not timed. */
export async function createKokoro({
  modelDir,
  speakers,
  threads,
  phonemizer,
}: KokoroOptions): Promise<Engine> {
  const session = await openSession(join(modelDir, 'model.onnx'), CONTRACT, { threads });
  const styles = openStyles(modelDir, speakers);

  async function synthesize({ text, speaker, speed }: ChunkInput, signal: AbortSignal): Promise<ChunkAudio> {
    signal.throwIfAborted();
    const { phonemes, warnings } = await phonemizer.phonemize(text);
    const { ids, offsets, unknown } = lookUpIds(phonemes, VOCABULARY);
    const notes = [...warnings];
    if (unknown.length > 0) notes.push(`The voice has no sound for ${unknown.join(' ')}, skipped.`);
    const known = offsets.map((offset) => phonemes[offset]!);
    if (!isSpeakable(known.join(''))) {
      if (notes.length === 0) notes.push('There is nothing to speak in this text.');
      return { samples: new Float32Array(0), sampleRateHz: SAMPLE_RATE_HZ, words: [], warnings: notes };
    }
    const parts: { samples: Float32Array; startSample: number }[] = [];
    let lengthSamples = 0;
    let pauseSamples = 0;
    for (const piece of cutPieces(known, STYLE_ROWS)) {
      // A run blocks the thread, so only between two runs can news of an abort arrive.
      await setImmediate();
      signal.throwIfAborted();
      const padded = BigInt64Array.from(
        [PADDING_ID, ...ids.slice(piece.start, piece.end), PADDING_ID],
        BigInt,
      );
      const { audio } = await session.run({
        tokens: new Tensor('int64', padded, [1, padded.length]),
        style: new Tensor('float32', await styles.find(speaker, padded.length - 2), [1, STYLE_VALUES]),
        speed: new Tensor('float32', Float32Array.of(speed), [1]),
      });
      const whole = audio!.data as Float32Array;
      const sound = findSound(whole);
      const samples = whole.subarray(sound.start, sound.end);
      limitPeak(samples);
      fadeEdges(samples);
      const startSample = lengthSamples + pauseSamples;
      parts.push({ samples, startSample });
      lengthSamples = startSample + samples.length;
      pauseSamples = Math.round((piece.pauseSec / speed) * SAMPLE_RATE_HZ);
    }
    signal.throwIfAborted();
    const samples = new Float32Array(lengthSamples);
    for (const part of parts) samples.set(part.samples, part.startSample);
    return { samples, sampleRateHz: SAMPLE_RATE_HZ, words: [], warnings: notes };
  }

  return {
    sampleRateHz: SAMPLE_RATE_HZ,
    synthesize,
    async close() {
      await session.release();
      await phonemizer.close();
    },
  };
}
