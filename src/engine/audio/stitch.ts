// Joins the audio of a job's chunks, in order, with pauses between them. Streams: never holds more than one chunk.
import type { Boundary } from '../text/split.ts';
import { createPauses, type Pace } from './pause.ts';
import { BYTES_PER_SAMPLE } from './pcm.ts';

export interface StitchChunk {
  /** s16le mono; may be empty. Left as it is. */
  pcm: Buffer;
  boundary: Boundary;
}

/** Long enough that an edge that is not zero does not click, short enough to leave the burst of a "p" or "t" alone. */
const FADE_MS = 3;

/**
 * The whole speech as s16le blocks: each chunk with its edges faded to zero, each followed by its pause. Blocks of silence are
 * shared between yields and must not be written to. Throws RangeError on half a sample.
 */
export async function* stitch(chunks: AsyncIterable<StitchChunk>, pace: Pace): AsyncGenerator<Buffer> {
  const pauseAfter = createPauses(pace);
  const fade = createFade(Math.round((FADE_MS * pace.sampleRateHz) / 1000));
  let silence = Buffer.alloc(0);
  for await (const { pcm, boundary } of chunks) {
    if (pcm.length % BYTES_PER_SAMPLE !== 0) {
      throw new RangeError(`Expected whole 16-bit samples, got ${pcm.length} bytes`);
    }
    if (pcm.length > 0) yield fadeEdges(pcm, fade);
    const pauseBytes = pauseAfter(pcm.length / BYTES_PER_SAMPLE, boundary) * BYTES_PER_SAMPLE;
    if (pauseBytes > silence.length) silence = Buffer.alloc(pauseBytes);
    if (pauseBytes > 0) yield silence.subarray(0, pauseBytes);
  }
}

/** How many samples `stitch` will yield for chunks of these lengths. */
export function countStitchedSamples(
  chunks: Iterable<{ lengthSamples: number; boundary: Boundary }>,
  pace: Pace,
): number {
  const pauseAfter = createPauses(pace);
  let total = 0;
  for (const { lengthSamples, boundary } of chunks)
    total += lengthSamples + pauseAfter(lengthSamples, boundary);
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
