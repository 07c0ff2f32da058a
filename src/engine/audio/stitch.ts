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
 * A chunk is given out in whole steps of this, one or several at once, and a rest: so it is cut at the same places however it came, and
 * what encoders make of it is the same.
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
    yield* chunk.take(pcm, boundary !== undefined);
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
  /** What is ready by now, in whole steps but for the last. Only its edges are copies: many may listen to the same chunk. */
  take(pcm: Buffer, isLast: boolean): Buffer[];
}

/** Holds back what may be the end of the chunk, and what is no whole step. A step is longer than a fade. */
function createFadedChunk(fade: readonly number[], stepBytes: number): FadedChunk {
  let held: Buffer = Buffer.alloc(0);
  let lengthSamples = 0;
  let isBegun = false;
  return {
    get lengthSamples() {
      return lengthSamples;
    },
    take(pcm, isLast) {
      lengthSamples += pcm.length / BYTES_PER_SAMPLE;
      const length = held.length + pcm.length;
      const steps = Math.max(0, Math.floor((length - fade.length * BYTES_PER_SAMPLE) / stepBytes));
      const first = Buffer.from(join(held, pcm, 0, Math.min(steps, 1) * stepBytes));
      const middle = join(held, pcm, first.length, steps * stepBytes);
      const rest = Buffer.from(join(held, pcm, steps * stepBytes, length));
      if (!isBegun && (steps > 0 || isLast)) {
        fadeIn(steps > 0 ? first : rest, fade);
        isBegun = true;
      }
      held = rest;
      if (isLast) fadeOut(rest, fade);
      return [first, middle, ...(isLast ? [rest] : [])].filter((block) => block.length > 0);
    },
  };
}

/** From `start` to `end` of the two, one behind the other; a copy only where it is in both. */
function join(left: Buffer, right: Buffer, start: number, end: number): Buffer {
  const inRight = right.subarray(Math.max(0, start - left.length), Math.max(0, end - left.length));
  return start < left.length ? Buffer.concat([left.subarray(start, end), inRight]) : inRight;
}

function fadeIn(pcm: Buffer, fade: readonly number[]): void {
  const samples = Math.min(fade.length, pcm.length / BYTES_PER_SAMPLE);
  for (let index = 0; index < samples; index++) scaleSample(pcm, index * BYTES_PER_SAMPLE, fade[index]!);
}

function fadeOut(pcm: Buffer, fade: readonly number[]): void {
  const samples = Math.min(fade.length, pcm.length / BYTES_PER_SAMPLE);
  for (let index = 0; index < samples; index++)
    scaleSample(pcm, pcm.length - (index + 1) * BYTES_PER_SAMPLE, fade[index]!);
}

function scaleSample(pcm: Buffer, offset: number, gain: number): void {
  pcm.writeInt16LE(Math.round(pcm.readInt16LE(offset) * gain), offset);
}
