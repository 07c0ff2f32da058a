import { expect, test } from 'vitest';
import { EncoderThread } from '../../../src/daemon/inference/encoder-thread.ts';
import { openEncoder } from '../../../src/engine/audio/encode/open-encoder.ts';

const encoder = new EncoderThread('test');
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
    encoder.encode(repeat(SECOND, 3), { format: 'flac', sampleRateHz: 24_000, onHead }),
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
  const parts = encoder.encode(repeat(SECOND, 1000, count), { format: 'flac', sampleRateHz: 24_000 });
  await parts.next();
  await parts.next();
  expect(taken).toBeLessThanOrEqual(2);
  await parts.return(undefined);
  expect(taken).toBeLessThanOrEqual(2);
});

test('hands out the beginning in small parts, the rest in larger ones, and the same bytes as block by block', async () => {
  const sampleRateHz = 24_000;
  const blockBytes = sampleRateHz;
  const speech = Buffer.from(
    Int16Array.from({ length: 10 * sampleRateHz }, (_, index) => 9000 * Math.sin(index ** 1.3 / 40)).buffer,
  );
  for (const format of ['mp3', 'opus'] as const) {
    const direct = await openEncoder(format, { sampleRateHz });
    const blocks: Buffer[] = [];
    for (let start = 0; start < speech.length; start += blockBytes)
      blocks.push(await direct.encode(speech.subarray(start, start + blockBytes)));
    blocks.push((await direct.finish()).bytes);
    direct.close();
    const parts: Buffer[] = [];
    for await (const part of encoder.encode(repeat(speech, 1), { format, sampleRateHz })) parts.push(part);
    expect(Buffer.concat(parts).equals(Buffer.concat(blocks)), format).toBe(true);
    const getLengths = (of: Buffer[]) => of.map(({ length }) => length).filter((length) => length > 0);
    expect(getLengths(parts).slice(0, 4), format).toEqual(getLengths(blocks).slice(0, 4));
    expect(parts.length, format).toBeLessThan(13);
  }
});

test('passes on what the audio throws', async () => {
  async function* broken() {
    yield SECOND;
    throw new Error('chunk 1 is gone');
  }
  const parts = encoder.encode(broken(), { format: 'opus', sampleRateHz: 24_000 });
  await expect(collect(parts)).rejects.toThrow('chunk 1 is gone');
});

test('an encoder that fails says which one and why', async () => {
  const parts = encoder.encode(repeat(SECOND, 3), { format: 'flac', sampleRateHz: 96_000 });
  await expect(collect(parts)).rejects.toThrow(/FLAC: expected a whole rate/);
});

test('many at once, left early or broken, do not disturb each other', async () => {
  const whole = await collect(encoder.encode(repeat(SECOND, 2), { format: 'mp3', sampleRateHz: 24_000 }));
  const others = Array.from({ length: 20 }, async (_, index) => {
    const format = (['mp3', 'opus', 'pcm', 'flac'] as const)[index % 4]!;
    const sampleRateHz = format === 'flac' ? 96_000 : 24_000;
    const parts = encoder.encode(repeat(SECOND, 5), { format, sampleRateHz });
    await parts.next();
    await parts.return(undefined);
  });
  const settled = Promise.allSettled(others);
  const again = Array.from({ length: 8 }, () =>
    collect(encoder.encode(repeat(SECOND, 2), { format: 'mp3', sampleRateHz: 24_000 })),
  );
  for (const bytes of await Promise.all(again)) expect(bytes.equals(whole)).toBe(true);
  expect((await settled).filter(({ status }) => status === 'rejected')).toHaveLength(5);
});
