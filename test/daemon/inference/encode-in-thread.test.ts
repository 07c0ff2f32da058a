import { expect, test } from 'vitest';
import { encodeInThread } from '../../../src/daemon/inference/encode-in-thread.ts';

const SECOND = Buffer.alloc(48_000);

async function* repeat(part: Buffer, count: number, onTake: (index: number) => void = () => {}) {
  for (let index = 0; index < count; index++) {
    onTake(index);
    yield part;
  }
}

async function collect(parts: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

test('gives the head of a file of the length that it had', async () => {
  let head = Buffer.alloc(0) as Buffer;
  const onHead = (bytes: Buffer) => {
    head = bytes;
  };
  const flac = await collect(
    encodeInThread(repeat(SECOND, 3), { format: 'flac', sampleRateHz: 24_000, onHead }),
  );
  expect(flac.subarray(0, 4).toString()).toBe('fLaC');
  expect(head.length).toBe(42);
  expect(Number(head.readBigUInt64BE(18) & 0xfffffffffn)).toBe(72_000);
});

test('takes no more than the reader has room for', async () => {
  let taken = 0;
  const count = (index: number) => {
    taken = index + 1;
  };
  const parts = encodeInThread(repeat(SECOND, 1000, count), { format: 'flac', sampleRateHz: 24_000 });
  await parts.next();
  await parts.next();
  expect(taken).toBeLessThanOrEqual(2);
  await parts.return(undefined);
  expect(taken).toBeLessThanOrEqual(2);
});

test('passes on what the audio throws', async () => {
  async function* broken() {
    yield SECOND;
    throw new Error('chunk 1 is gone');
  }
  const parts = encodeInThread(broken(), { format: 'opus', sampleRateHz: 24_000 });
  await expect(collect(parts)).rejects.toThrow('chunk 1 is gone');
});

test('an encoder that fails says which one and why', async () => {
  const parts = encodeInThread(repeat(SECOND, 3), { format: 'opus', sampleRateHz: 23_999 });
  await expect(collect(parts)).rejects.toThrow(/The opus encoder failed: Opus: expected one of 8000/);
});
