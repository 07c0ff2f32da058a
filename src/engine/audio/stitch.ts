// Joins the audio of a job's chunks, in order, with pauses between them. Streams: never holds more than one chunk, nor, where a chunk
// comes in parts, more than a step of it.
import type { ChunkEnd } from '../text/chunks.ts';
import { countPauseSamples, createPauses, type Pace } from './pause.ts';
import { BYTES_PER_SAMPLE } from './pcm.ts';

/** A chunk, or a part of one. */
export interface ChunkPart {
  /** s16le mono; may be empty. Left as it is. */
  pcm: Buffer;
  /** What comes behind the chunk; left out where more of the chunk follows. */
  boundary?: ChunkEnd | undefined;
  /** Silence before the first chunk that was asked for; the same for all parts of a chunk. */
  leadMs?: number | undefined;
}

/** Long enough that an edge that is not zero does not click, short enough to leave the burst of a "p" or "t" alone. */
const FADE_MS = 3;

/**
 * A chunk that comes in parts is given out in steps of this, counted from its beginning: so its blocks are cut at the same places
 * however it came, and what encoders make of them is the same.
 */
export const STEP_MS = 500;

/** Silence is yielded in blocks of at most this, so that a long pause takes no more memory than a short one. */
const SILENCE_MS = 1000;

/**
 * The whole speech as s16le blocks: each chunk with its edges faded to zero, each followed by its pause. Blocks of silence are
 * shared between yields and must not be written to. Throws RangeError on half a sample.
 */
export async function* stitch(parts: AsyncIterable<ChunkPart>, pace: Pace): AsyncGenerator<Buffer> {
  const timeline = createTimeline(pace);
  const fade = createFade(Math.round((FADE_MS * pace.sampleRateHz) / 1000));
  const stepBytes = Math.round((STEP_MS * pace.sampleRateHz) / 1000) * BYTES_PER_SAMPLE;
  const silence = Buffer.alloc(Math.round((SILENCE_MS * pace.sampleRateHz) / 1000) * BYTES_PER_SAMPLE);
  function* beQuiet(samples: number) {
    for (let left = samples * BYTES_PER_SAMPLE; left > 0; left -= silence.length)
      yield silence.subarray(0, left);
  }
  let written = 0;
  let chunk: FadedChunk | undefined;
  for await (const { pcm, boundary, leadMs } of parts) {
    if (pcm.length % BYTES_PER_SAMPLE !== 0) {
      throw new RangeError(`Expected whole 16-bit samples, got ${pcm.length} bytes`);
    }
    if (chunk === undefined) {
      const start = timeline.begin(leadMs);
      yield* beQuiet(start - written);
      written = start;
      chunk = createFadedChunk(fade, stepBytes);
    }
    const ready = chunk.take(pcm, boundary !== undefined);
    if (ready.length > 0) yield ready;
    if (boundary === undefined) continue;
    const end = timeline.end(chunk.lengthSamples, boundary);
    yield* beQuiet(end - written - chunk.lengthSamples);
    written = end;
    chunk = undefined;
  }
}

interface Timeline {
  /** At which sample of the whole the audio of the next chunk begins. */
  begin(leadMs?: number): number;
  /** At which sample the pause behind that chunk ends. */
  end(lengthSamples: number, boundary: ChunkEnd): number;
}

/** To be asked for each chunk in order, for its beginning and then for its end. */
export function createTimeline(pace: Pace): Timeline {
  const pauseAfter = createPauses(pace);
  let position = 0;
  return {
    begin(leadMs = 0) {
      position += countPauseSamples({ pauseMs: leadMs }, pace);
      return position;
    },
    end(lengthSamples, boundary) {
      position += lengthSamples + pauseAfter(lengthSamples, boundary);
      return position;
    },
  };
}

interface ChunkLength {
  lengthSamples: number;
  boundary: ChunkEnd;
  leadMs?: number | undefined;
}

/** How many samples `stitch` will yield for chunks of these lengths. */
export function countStitchedSamples(chunks: Iterable<ChunkLength>, pace: Pace): number {
  const timeline = createTimeline(pace);
  let total = 0;
  for (const { lengthSamples, boundary, leadMs } of chunks) {
    timeline.begin(leadMs);
    total = timeline.end(lengthSamples, boundary);
  }
  return total;
}

/** Rising half of a Hann window, without its zero and one. */
function createFade(lengthSamples: number): number[] {
  return Array.from(
    { length: lengthSamples },
    (_, index) => 0.5 - 0.5 * Math.cos((Math.PI * (index + 1)) / (lengthSamples + 1)),
  );
}

interface FadedChunk {
  /** Of what was taken so far. */
  readonly lengthSamples: number;
  /** What is ready by now, in whole steps but for the last. */
  take(pcm: Buffer, isLast: boolean): Buffer;
}

/** Holds back what may be the end of the chunk, and what is no whole step. */
function createFadedChunk(fade: readonly number[], stepBytes: number): FadedChunk {
  let held = Buffer.alloc(0);
  let lengthSamples = 0;
  return {
    get lengthSamples() {
      return lengthSamples;
    },
    take(pcm, isLast) {
      const waiting = Buffer.concat([held, pcm]);
      const before = lengthSamples;
      lengthSamples += pcm.length / BYTES_PER_SAMPLE;
      // A step is longer than a fade: while this rises, all of the chunk is still here.
      for (let index = before; index < Math.min(fade.length, lengthSamples); index++)
        scaleSample(waiting, index * BYTES_PER_SAMPLE, fade[index]!);
      const ready = isLast
        ? waiting.length
        : Math.max(0, Math.floor((waiting.length - fade.length * BYTES_PER_SAMPLE) / stepBytes)) * stepBytes;
      if (isLast) {
        const last = waiting.length - BYTES_PER_SAMPLE;
        for (let index = 0; index < fade.length && index * BYTES_PER_SAMPLE <= last; index++)
          scaleSample(waiting, last - index * BYTES_PER_SAMPLE, fade[index]!);
      }
      held = waiting.subarray(ready);
      return waiting.subarray(0, ready);
    },
  };
}

function scaleSample(pcm: Buffer, offset: number, gain: number): void {
  pcm.writeInt16LE(Math.round(pcm.readInt16LE(offset) * gain), offset);
}
