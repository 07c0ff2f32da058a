// What listeners have heard of a chunk stays, also where the chunk is made anew.
import { expect, test, vi } from 'vitest';
import { HeardChunk } from '../../../src/daemon/inference/heard-chunk.ts';

const pcm = (...samples: number[]) => Buffer.from(Int16Array.from(samples).buffer);
const fill = (length: number, value: number) => pcm(...Array.from({ length }, () => value));
const read = (bytes: Buffer) => Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));

function hear(...parts: Buffer[]): HeardChunk {
  const heard = new HeardChunk();
  heard.begin();
  for (const part of parts) heard.add(part);
  return heard;
}

test('parts are heard as they come, and the whole is no more than they were', () => {
  const tell = vi.fn();
  const heard = new HeardChunk();
  heard.onMore(tell);
  heard.begin();
  heard.add(pcm(1, 2));
  expect([read(heard.pcm), heard.isWhole]).toEqual([[1, 2], false]);
  heard.add(pcm(3));
  expect(tell).toHaveBeenCalledTimes(2);
  expect(read(heard.finish(pcm(1, 2, 3, 4)))).toEqual([1, 2, 3, 4]);
  expect(heard).toMatchObject({ isWhole: true, hasSeam: false });
});

test('the same sound made anew is heard once', () => {
  const heard = hear(pcm(5, 6, 7));
  heard.begin();
  heard.add(pcm(5, 6));
  expect(read(heard.pcm)).toEqual([5, 6, 7]);
  heard.add(pcm(7, 8, 9));
  expect(read(heard.pcm)).toEqual([5, 6, 7, 8, 9]);
  expect(read(heard.finish(pcm(5, 6, 7, 8, 9, 10)))).toEqual([5, 6, 7, 8, 9, 10]);
  expect(heard.hasSeam).toBe(false);
});

test('another sound made anew goes on where the first broke off, without a jump, and the seam is known', () => {
  const heard = hear(fill(500, 1000));
  heard.begin();
  heard.add(fill(400, -2000));
  heard.add(fill(400, -2000));
  const sound = read(heard.finish(fill(1200, -2000)));
  expect(heard.hasSeam).toBe(true);
  expect(sound.length).toBe(1200);
  expect(sound.slice(0, 500).every((sample) => sample === 1000)).toBe(true);
  expect(sound.slice(740).every((sample) => sample === -2000)).toBe(true);
  const jumps = sound.slice(1).map((sample, i) => Math.abs(sample - sound[i]!));
  expect(Math.max(...jumps)).toBeLessThan(30);
});

test('where the new sound is shorter than what was heard, that is the chunk', () => {
  const heard = hear(pcm(1, 2, 3, 4));
  heard.begin();
  heard.add(pcm(1, 2));
  expect(read(heard.finish(pcm(1, 2, 3)))).toEqual([1, 2, 3, 4]);
});

test('a chunk that is whole stays, when it could not be kept on disk and is made again', () => {
  const heard = hear();
  heard.finish(pcm(1, 2, 3));
  heard.begin();
  heard.add(pcm(9, 9, 9, 9));
  expect(read(heard.finish(pcm(9, 9, 9, 9, 9)))).toEqual([1, 2, 3]);
});
