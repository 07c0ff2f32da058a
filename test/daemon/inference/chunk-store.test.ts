import { utimesSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StoredChunk } from '../../../src/daemon/inference/chunk-file.ts';
import { type ChunkStore, openChunkStore } from '../../../src/daemon/inference/chunk-store.ts';

let dir: string;
let store: ChunkStore;
let damaged: { key: string; damage: string }[];
let nowMs: number;

const minute = 60_000;
const keys = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(64));
const [first, second, third, fourth] = keys as [string, string, string, string];

function makeChunk(samples = 100): StoredChunk {
  return {
    pcm: Buffer.from(Int16Array.from({ length: samples }, (_, index) => (index * 37) % 1000).buffer),
    sampleRateHz: 24_000,
    words: [{ start: 0, end: 5, startSec: 0, endSec: 0.25 }],
    warnings: ['“é” was not spoken'],
  };
}

function findFile(key: string): string {
  return join(dir, key.slice(0, 2), `${key}.chunk`);
}

async function listAll(): Promise<string[]> {
  return (await readdir(dir, { recursive: true })).filter((name) => name.includes('.')).sort();
}

async function open(): Promise<ChunkStore> {
  return await openChunkStore(dir, { onDamage: (report) => damaged.push(report), nowMs: () => nowMs });
}

beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'ttsd-chunks-')), 'chunks');
  damaged = [];
  nowMs = Date.now();
  store = await open();
});

afterEach(async () => {
  await rm(dirname(dir), { recursive: true, force: true });
});

describe('a chunk that was written', () => {
  test('is read back exactly, also after the store was opened again', async () => {
    await store.write(first, makeChunk());
    expect(await store.read(first)).toEqual(makeChunk());
    expect(await (await open()).read(first)).toEqual(makeChunk());
    expect(damaged).toEqual([]);
  });

  test('may be empty', async () => {
    await store.write(first, { ...makeChunk(0), words: [] });
    expect((await store.read(first))?.pcm.length).toBe(0);
  });

  test('lies under its key, readable by its owner alone, with no temporary file beside it', async () => {
    await store.write(first, makeChunk());
    expect(await listAll()).toEqual([`aa/${first}.chunk`]);
    expect((await stat(findFile(first))).mode & 0o777).toBe(0o600);
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
  });

  test('survives being written many times at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => store.write(first, makeChunk())));
    expect(await store.read(first)).toEqual(makeChunk());
    expect(await listAll()).toHaveLength(1);
  });

  test('is told apart from one that was not', async () => {
    await store.write(first, makeChunk());
    expect(await store.read(first)).toEqual(makeChunk());
    expect(await store.read(second)).toBeUndefined();
    expect(damaged).toEqual([]);
  });
});

describe('a damaged chunk', () => {
  test('cut short anywhere is missing, is reported and is gone', async () => {
    await store.write(first, makeChunk(8));
    const whole = await readFile(findFile(first));
    for (let length = 0; length < whole.length; length += 3) {
      await writeFile(findFile(first), whole.subarray(0, length));
      expect(await store.read(first)).toBeUndefined();
      expect(damaged.pop()?.key).toBe(first);
      expect(await listAll()).toEqual([]);
    }
  });

  test('with any byte changed is missing', async () => {
    await store.write(first, makeChunk(8));
    const whole = await readFile(findFile(first));
    const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(change, async ([position, mask]) => {
        const changed = Buffer.from(whole);
        changed[position] = (changed[position] ?? 0) ^ mask;
        await writeFile(findFile(first), changed);
        expect(await store.read(first)).toBeUndefined();
        expect(damaged.pop()?.damage).toBeTruthy();
      }),
    );
  });

  test('with trailing bytes is missing', async () => {
    await store.write(first, makeChunk());
    await truncate(findFile(first), (await stat(findFile(first))).size + 4096);
    expect(await store.read(first)).toBeUndefined();
  });

  test.each([
    'null',
    '[]',
    '{"sampleRateHz":24000}',
    '{"sampleRateHz":24000,"samples":9,"words":[],"warnings":[]}',
    '{',
  ])('whose checksum is right but whose header is %s is missing', async (json) => {
    const body = Buffer.concat([Buffer.from('TTSC'), Buffer.alloc(12), Buffer.from(json), Buffer.alloc(4)]);
    body.writeUInt32LE(1, 4);
    body.writeUInt32LE(json.length, 8);
    body.writeUInt32LE(4, 12);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32LE(crc32(body));
    await mkdir(dirname(findFile(first)));
    await writeFile(findFile(first), Buffer.concat([body, checksum]));
    expect(await store.read(first)).toBeUndefined();
    expect(damaged).toEqual([{ key: first, damage: 'header is not one of a chunk' }]);
  });

  test('can be written again', async () => {
    await store.write(first, makeChunk());
    await truncate(findFile(first), 10);
    expect(await store.read(first)).toBeUndefined();
    await store.write(first, makeChunk());
    expect(await store.read(first)).toEqual(makeChunk());
  });
});

test('opening sweeps what an interrupted write left behind, and nothing else', async () => {
  await store.write(first, makeChunk());
  await writeFile(`${findFile(first)}.0b1c.tmp`, 'half');
  await writeFile(join(dir, 'notes.tmp'), 'not ours');
  await open();
  expect(await listAll()).toEqual([`aa/${first}.chunk`, 'notes.tmp']);
});

test.each(['', 'a', 'A'.repeat(64), `../${'a'.repeat(61)}`, `${'a'.repeat(64)}\n`, `${'a'.repeat(63)}\0`])(
  'a key that is no hash never becomes a path: %j',
  async (key) => {
    await expect(store.read(key)).rejects.toThrow('64 hex');
    await expect(store.read(key)).rejects.toThrow('64 hex');
    await expect(store.write(key, makeChunk())).rejects.toThrow('64 hex');
  },
);

test('an error of the file system keeps its code and leaves no file', async () => {
  await writeFile(join(dir, 'aa'), 'a file where the folder should be');
  await expect(store.write(first, makeChunk())).rejects.toMatchObject({ code: 'EEXIST' });
  await mkdir(findFile(second), { recursive: true });
  await expect(store.write(second, makeChunk())).rejects.toMatchObject({ code: 'EISDIR' });
  expect((await listAll()).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

describe('eviction', () => {
  let bytes: number;

  beforeEach(async () => {
    for (const [index, key] of keys.entries()) {
      await store.write(key, makeChunk());
      const usedSec = (nowMs - (10 - index) * minute) / 1000;
      await utimes(findFile(key), usedSec, usedSec);
    }
    bytes = (await stat(findFile(first))).size;
  });

  async function readLeft(): Promise<string[]> {
    const left: string[] = [];
    for (const key of keys) if ((await store.read(key)) !== undefined) left.push(key);
    return left;
  }

  test('removes the least recently used, and no more than it must', async () => {
    const eviction = await store.evict({ maxBytes: 2 * bytes + 1, keep: () => false });
    expect(eviction).toEqual({ removedChunks: 2, removedBytes: 2 * bytes, leftBytes: 2 * bytes });
    expect(await readLeft()).toEqual([third, fourth]);
  });

  test('removes nothing while there is room', async () => {
    expect((await store.evict({ maxBytes: 4 * bytes, keep: () => false })).removedChunks).toBe(0);
    expect(await readLeft()).toEqual(keys);
  });

  test('counts reading as use', async () => {
    await store.read(first);
    await store.evict({ maxBytes: bytes, keep: () => false });
    expect(await readLeft()).toEqual([first]);
  });

  test('never removes a chunk to keep, even above the limit', async () => {
    const eviction = await store.evict({ maxBytes: 0, keep: (key) => key === first || key === third });
    expect(eviction).toEqual({ removedChunks: 2, removedBytes: 2 * bytes, leftBytes: 2 * bytes });
    expect(await readLeft()).toEqual([first, third]);
  });

  test('leaves alone what was used since an interrupted job was accepted', async () => {
    const accepted = nowMs - 7.5 * minute;
    const eviction = await store.evict({ maxBytes: 0, usedSinceMs: accepted, keep: () => false });
    expect(eviction.removedChunks).toBe(2);
    expect(await readLeft()).toEqual([third, fourth]);
  });

  test('spares a chunk that is used while eviction runs', async () => {
    const eviction = await store.evict({
      maxBytes: 0,
      keep: () => {
        utimesSync(findFile(third), nowMs / 1000, nowMs / 1000);
        return false;
      },
    });
    expect(await readLeft()).toEqual([third]);
    expect(eviction.leftBytes).toBe(bytes);
  });

  test('two reads within a minute write the time of use once', async () => {
    await store.read(first);
    const { mtimeMs } = await stat(findFile(first));
    nowMs += minute - 1000;
    await store.read(first);
    expect((await stat(findFile(first))).mtimeMs).toBe(mtimeMs);
    nowMs += 2000;
    await store.read(first);
    expect((await stat(findFile(first))).mtimeMs).toBeGreaterThan(mtimeMs);
  });
});
