import { describe, expect, test } from 'vitest';
import { encodePcm } from '../../../src/engine/audio/pcm.ts';
import { type ChunkPart, countStitchedSamples, STEP_MS, stitch } from '../../../src/engine/audio/stitch.ts';
import type { ChunkEnd } from '../../../src/engine/text/chunks.ts';

type Chunk = ChunkPart & { boundary: ChunkEnd };

const pace = { sampleRateHz: 24_000, speed: 1 };

/** Voiced speech, roughly: harmonics of a gliding pitch under a syllable envelope; starts and ends at full level. */
function makeSpeech(seconds: number, pitchHz: number, phase: number): Float32Array {
  return Float32Array.from({ length: seconds * pace.sampleRateHz }, (_, index) => {
    const time = index / pace.sampleRateHz;
    const angle = 2 * Math.PI * (pitchHz * time + 5 * Math.sin(2 * time)) + phase;
    let sample = 0;
    for (let harmonic = 1; harmonic <= 12; harmonic++) sample += Math.cos(harmonic * angle) / harmonic ** 1.2;
    return 0.25 * sample * (0.7 + 0.3 * Math.cos(8 * Math.PI * time));
  });
}

async function* iterate(chunks: ChunkPart[]): AsyncGenerator<ChunkPart> {
  yield* chunks;
}

async function collect(chunks: ChunkPart[], chosen = pace): Promise<Int16Array> {
  const blocks: Buffer[] = [];
  for await (const block of stitch(iterate(chunks), chosen)) blocks.push(block);
  return decode(Buffer.concat(blocks));
}

function decode(bytes: Buffer): Int16Array {
  return Int16Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(index * 2));
}

function findLargestJump(samples: Int16Array, from: number, to: number): number {
  let largest = 0;
  for (let index = Math.max(1, from); index < to; index++) {
    largest = Math.max(largest, Math.abs((samples[index] ?? 0) - (samples[index - 1] ?? 0)));
  }
  return largest;
}

const speech = [0, 0.1, 6.2, 0.2].map((phase, index): Chunk => {
  const boundary = (['clause', 'sentence', 'paragraph', 'end'] as const)[index] ?? 'end';
  return { pcm: encodePcm(makeSpeech(0.5, 90 + 40 * index, phase)), boundary };
});

describe('joints', () => {
  test('no jump at the edge of a chunk is larger than those inside it, though it begins and ends loud', async () => {
    const samples = await collect(speech);
    let start = 0;
    for (const chunk of speech) {
      const length = chunk.pcm.length / 2;
      const margin = 200;
      const own = findLargestJump(decode(chunk.pcm), 0, length);
      expect(Math.abs(chunk.pcm.readInt16LE(0))).toBeGreaterThan(1000);
      expect(findLargestJump(samples, start - 1, start + margin)).toBeLessThanOrEqual(own);
      expect(findLargestJump(samples, start + length - margin, start + length + 2)).toBeLessThanOrEqual(own);
      start += countStitchedSamples([{ lengthSamples: length, boundary: chunk.boundary }], pace);
    }
    expect(start).toBe(samples.length);
  });

  test('only three milliseconds at each edge are changed', async () => {
    const chunk = speech[0] as Chunk;
    const samples = await collect([chunk]);
    const length = chunk.pcm.length / 2;
    for (let index = 72; index < length - 72; index++)
      expect(samples[index]).toBe(chunk.pcm.readInt16LE(index * 2));
  });

  test('the chunk that was handed in is left as it was', async () => {
    const chunk = speech[1] as Chunk;
    const before = Buffer.from(chunk.pcm);
    await collect([chunk]);
    expect(chunk.pcm.equals(before)).toBe(true);
  });

  test('a chunk shorter than a fade is still quiet at both ends', async () => {
    const samples = await collect([{ pcm: encodePcm(new Float32Array(20).fill(1)), boundary: 'end' }]);
    expect(findLargestJump(samples, 0, samples.length)).toBeLessThan(200);
  });
});

describe('pauses', () => {
  test('each chunk is followed by its silence', async () => {
    const samples = await collect(speech);
    const quiet = [2400, 7680, 15_600, 2880];
    expect(samples.length).toBe(4 * 12_000 + quiet.reduce((sum, pause) => sum + pause));
    let position = 0;
    for (const pause of quiet) {
      position += 12_000;
      expect(samples.subarray(position, position + pause).every((sample) => sample === 0)).toBe(true);
      position += pause;
    }
  });

  test('the length is known beforehand, also with chunks in which nothing is spoken', async () => {
    const empty: Chunk = { pcm: Buffer.alloc(0), boundary: 'paragraph' };
    const chunks = [empty, speech[0], empty, empty, speech[3]] as Chunk[];
    for (const speed of [0.25, 1, 3.7]) {
      const lengths = chunks.map(({ pcm, boundary }) => ({ lengthSamples: pcm.length / 2, boundary }));
      const samples = await collect(chunks, { ...pace, speed });
      expect(samples.length).toBe(countStitchedSamples(lengths, { ...pace, speed }));
    }
  });
});

test('a chunk is handed on before the next is asked for', async () => {
  const asked: number[] = [];
  async function* watch(): AsyncGenerator<ChunkPart> {
    for (const [index, chunk] of speech.entries()) {
      asked.push(index);
      yield chunk;
    }
  }
  const blocks = stitch(watch(), pace);
  await blocks.next();
  await blocks.next();
  expect(asked).toEqual([0]);
  await blocks.next();
  expect(asked).toEqual([0, 1]);
  await blocks.return(undefined);
});

test('a chunk that comes in parts is given out as they come, in the same samples and cut at the same places', async () => {
  const chunk = speech[3]!;
  const { boundary } = chunk;
  const long = Buffer.concat(Array.from({ length: 4 }, () => chunk.pcm));
  const whole = await collect([{ pcm: long, boundary, leadMs: 20 }, chunk]);
  const stepSamples = (STEP_MS * pace.sampleRateHz) / 1000;
  for (const cuts of [
    [10],
    [24, 47_990, 48_000],
    [24_144, 24_146, 95_990],
    Array.from({ length: 19 }, (_, i) => (i + 1) * 5000),
  ]) {
    const ends = [...cuts, long.length];
    const parts = ends.map((end, i): ChunkPart => {
      const pcm = long.subarray(ends[i - 1] ?? 0, end);
      return { pcm, leadMs: 20, ...(i === cuts.length && { boundary }) };
    });
    const blocks: Buffer[] = [];
    for await (const block of stitch(iterate([...parts, chunk]), pace)) blocks.push(block);
    expect(decode(Buffer.concat(blocks))).toEqual(whole);
    // Silence before it, its steps but for the last, and then the last.
    let position = blocks[0]!.length / 2;
    expect(position).toBe(480);
    for (const block of blocks.slice(1)) {
      if (position + block.length / 2 >= 480 + long.length / 2) break;
      expect(block.length % (2 * stepSamples)).toBe(0);
      position += block.length / 2;
    }
  }
});

test('of a chunk only its edges are copied', async () => {
  const pcm = Buffer.from(new Int16Array(100_000).fill(7).buffer);
  const blocks: Buffer[] = [];
  for await (const block of stitch(iterate([{ pcm, boundary: 'end' }]), pace)) blocks.push(block);
  expect(blocks[1]!.buffer).toBe(pcm.buffer);
  expect(blocks[1]!.length).toBeGreaterThan(pcm.length / 2);
});

test('half a sample is refused', async () => {
  await expect(collect([{ pcm: Buffer.alloc(3), boundary: 'end' }])).rejects.toThrow('got 3 bytes');
});

test('silence that was asked for, before and between, is counted and made, in blocks of a second at most', async () => {
  const chunks: Chunk[] = [
    { pcm: Buffer.alloc(2000, 1), boundary: { pauseMs: 2500 }, leadMs: 1200 },
    { pcm: Buffer.alloc(2000, 1), boundary: { pauseMs: 0 } },
    { pcm: Buffer.alloc(2000, 1), boundary: 'end' },
  ];
  const fast = { sampleRateHz: 24_000, speed: 2 };
  const samples = await collect(chunks, fast);
  expect(samples.length).toBe(1.2 * 24_000 + 1000 + 2.5 * 24_000 + 1000 + 1000 + 1440);
  const lengths = chunks.map(({ pcm, ...rest }) => ({ lengthSamples: pcm.length / 2, ...rest }));
  expect(countStitchedSamples(lengths, fast)).toBe(samples.length);
  expect(samples.subarray(0, 28_800).some((sample) => sample !== 0)).toBe(false);
  // The fade begins at zero.
  expect(samples[28_900]).not.toBe(0);
  for await (const block of stitch(iterate(chunks), fast)) expect(block.length).toBeLessThanOrEqual(48_000);
});
