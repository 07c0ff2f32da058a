// Joins the audio of a job's chunks, in order, with pauses between them. Streams: never holds more than one chunk.
import type { ChunkEnd } from '../text/chunks.ts';
import { countPauseSamples, createPauses, type Pace } from './pause.ts';
import { BYTES_PER_SAMPLE } from './pcm.ts';

export interface StitchChunk {
  /** s16le mono; may be empty. Left as it is. */
  pcm: Buffer;
  boundary: ChunkEnd;
  /** Silence before the first chunk that was asked for. */
  leadMs?: number | undefined;
}

/** Long enough that an edge that is not zero does not click, short enough to leave the burst of a "p" or "t" alone. */
const FADE_MS = 3;

/** Silence is yielded in blocks of at most this, so that a long pause takes no more memory than a short one. */
const SILENCE_MS = 1000;

/**
 * The whole speech as s16le blocks: each chunk with its edges faded to zero, each followed by its pause. Blocks of silence are
 * shared between yields and must not be written to. Throws RangeError on half a sample.
 */
export async function* stitch(chunks: AsyncIterable<StitchChunk>, pace: Pace): AsyncGenerator<Buffer> {
  const place = createTimeline(pace);
  const fade = createFade(Math.round((FADE_MS * pace.sampleRateHz) / 1000));
  const silence = Buffer.alloc(Math.round((SILENCE_MS * pace.sampleRateHz) / 1000) * BYTES_PER_SAMPLE);
  function* beQuiet(samples: number) {
    for (let left = samples * BYTES_PER_SAMPLE; left > 0; left -= silence.length)
      yield silence.subarray(0, left);
  }
  let written = 0;
  for await (const { pcm, boundary, leadMs } of chunks) {
    if (pcm.length % BYTES_PER_SAMPLE !== 0) {
      throw new RangeError(`Expected whole 16-bit samples, got ${pcm.length} bytes`);
    }
    const lengthSamples = pcm.length / BYTES_PER_SAMPLE;
    const { start, end } = place({ lengthSamples, boundary, leadMs });
    yield* beQuiet(start - written);
    if (pcm.length > 0) yield fadeEdges(pcm, fade);
    yield* beQuiet(end - start - lengthSamples);
    written = end;
  }
}

interface ChunkLength {
  lengthSamples: number;
  boundary: ChunkEnd;
  leadMs?: number | undefined;
}

/** Tells, chunk by chunk, at which sample of the whole its audio begins, and where its pause ends. */
export function createTimeline(pace: Pace): (chunk: ChunkLength) => { start: number; end: number } {
  const pauseAfter = createPauses(pace);
  let total = 0;
  return ({ lengthSamples, boundary, leadMs = 0 }) => {
    const start = total + countPauseSamples({ pauseMs: leadMs }, pace);
    total = start + lengthSamples + pauseAfter(lengthSamples, boundary);
    return { start, end: total };
  };
}

/** How many samples `stitch` will yield for chunks of these lengths. */
export function countStitchedSamples(chunks: Iterable<ChunkLength>, pace: Pace): number {
  const place = createTimeline(pace);
  let total = 0;
  for (const chunk of chunks) total = place(chunk).end;
  return total;
}

/** Rising half of a Hann window, without its zero and one. */
function createFade(lengthSamples: number): number[] {
  return Array.from(
    { length: lengthSamples },
    (_, index) => 0.5 - 0.5 * Math.cos((Math.PI * (index + 1)) / (lengthSamples + 1)),
  );
}

function fadeEdges(pcm: Buffer, fade: readonly number[]): Buffer {
  const faded = Buffer.from(pcm);
  const last = faded.length - BYTES_PER_SAMPLE;
  // A chunk shorter than two fades is faded twice where they overlap, which is still without a jump.
  for (let index = 0; index < fade.length && index * BYTES_PER_SAMPLE <= last; index++) {
    scaleSample(faded, index * BYTES_PER_SAMPLE, fade[index] ?? 1);
    scaleSample(faded, last - index * BYTES_PER_SAMPLE, fade[index] ?? 1);
  }
  return faded;
}

function scaleSample(pcm: Buffer, offset: number, gain: number): void {
  pcm.writeInt16LE(Math.round(pcm.readInt16LE(offset) * gain), offset);
}
