// The audio of finished chunks on disk, each under the hash of what it depends on. Resume, repeat and edit come from it.
// A file is complete or absent: nobody ever reads half a chunk. Its mtime is when it was last used.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeChunk, encodeChunk, type StoredChunk } from './chunk-file.ts';
import { makeSyncedDirectory, syncDirectory } from './sync-directory.ts';

export interface ChunkStore {
  /** Bytes written since opening. */
  readonly writtenBytes: number;
  /** Resolves when the chunk would survive a power cut. Rejects with the file system's error (`ENOSPC`, `EROFS` …), leaving nothing. */
  write(key: string, chunk: StoredChunk): Promise<void>;
  /** Undefined when there is no such chunk. A damaged one is deleted, reported to `onDamage`, and missing from then on. */
  read(key: string): Promise<StoredChunk | undefined>;
  /** Deletes the least recently used chunks until at most `maxBytes` are left, but none of those to keep or used since `usedSinceMs`. */
  evict(limits: {
    maxBytes: number;
    usedSinceMs?: number;
    keep: (key: string) => boolean;
  }): Promise<Eviction>;
}

export interface Eviction {
  removedChunks: number;
  removedBytes: number;
  /** What is left; above `maxBytes` only where there was so much to keep. */
  leftBytes: number;
}

interface StoreOptions {
  onDamage: (report: { key: string; damage: string }) => void;
  nowMs?: () => number;
}

interface StoredFile {
  path: string;
  bytes: number;
  usedMs: number;
}

const SUFFIX = '.chunk';
const TEMP_SUFFIX = '.tmp';
/** The time of last use is written again only when it is older than this. */
const TOUCH_INTERVAL_MS = 60_000;

/** Opens the store in `dir`, which one process at a time may use, and deletes what an interrupted write left behind. */
export async function openChunkStore(
  dir: string,
  { onDamage, nowMs = Date.now }: StoreOptions,
): Promise<ChunkStore> {
  await makeSyncedDirectory(dir);
  for await (const paths of listFolders(dir))
    for (const path of paths) if (path.endsWith(TEMP_SUFFIX)) await unlink(path);

  let writtenBytes = 0;

  return {
    get writtenBytes() {
      return writtenBytes;
    },

    async write(key, chunk) {
      const parts = encodeChunk(chunk);
      await writeDurably(findPath(dir, key), parts);
      writtenBytes += countBytes(parts);
    },

    async read(key) {
      const path = findPath(dir, key);
      await using handle = await openIfThere(path);
      if (!handle) return undefined;
      const found = decodeChunk(await handle.readFile());
      if ('damage' in found) {
        // On a read-only disk it stays; the chunk is missing all the same.
        await unlink(path).catch(() => {});
        onDamage({ key, damage: found.damage });
        return undefined;
      }
      await touch(handle, nowMs());
      return found;
    },

    async evict({ maxBytes, usedSinceMs = Infinity, keep }) {
      const eviction = { removedChunks: 0, removedBytes: 0, leftBytes: 0 };
      const folders: StoredFile[][] = [];
      for await (const paths of listFolders(dir)) {
        const files: StoredFile[] = [];
        for (const path of paths) {
          const status = path.endsWith(SUFFIX) ? await statIfThere(path) : undefined;
          if (!status) continue;
          files.push({ path, bytes: status.size, usedMs: status.mtimeMs });
          eviction.leftBytes += status.size;
        }
        // Each folder for itself: to sort 100 000 files at once keeps everybody waiting for a tenth of a second.
        folders.push(files.sort((a, b) => b.usedMs - a.usedMs));
      }
      while (eviction.leftBytes > maxBytes) {
        const oldest = takeOldest(folders);
        if (oldest === undefined) break;
        const { path, bytes, usedMs } = oldest;
        // The time of last use lags behind by the interval at which it is written.
        if (usedMs > usedSinceMs - TOUCH_INTERVAL_MS) break;
        // Asked at the last moment: a job may have come, or the chunk been used, since the list was made.
        if (keep(readKey(path)) || (await statIfThere(path))?.mtimeMs !== usedMs) continue;
        await unlink(path).catch(ignoreMissing);
        eviction.removedChunks++;
        eviction.removedBytes += bytes;
        eviction.leftBytes -= bytes;
      }
      return eviction;
    },
  };
}

function findPath(dir: string, key: string): string {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new TypeError('Expected a chunk key of 64 hex characters');
  return join(dir, key.slice(0, 2), key + SUFFIX);
}

function readKey(path: string): string {
  return path.slice(-SUFFIX.length - 64, -SUFFIX.length);
}

function countBytes(parts: Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** Of files that lie in each folder with the oldest at its end. */
function takeOldest(folders: readonly StoredFile[][]): StoredFile | undefined {
  let from: StoredFile[] | undefined;
  for (const folder of folders) {
    const oldest = folder.at(-1);
    if (oldest !== undefined && oldest.usedMs < (from?.at(-1)?.usedMs ?? Infinity)) from = folder;
  }
  return from?.pop();
}

/** The paths in each folder. */
async function* listFolders(dir: string): AsyncGenerator<string[]> {
  for (const folder of await readdir(dir, { withFileTypes: true })) {
    if (!folder.isDirectory() || !/^[0-9a-f]{2}$/.test(folder.name)) continue;
    const names = await readdir(join(dir, folder.name));
    yield names.map((name) => join(dir, folder.name, name));
  }
}

async function touch(handle: FileHandle, nowMs: number): Promise<void> {
  if (Math.abs(nowMs - (await handle.stat()).mtimeMs) < TOUCH_INTERVAL_MS) return;
  // On a read-only disk nothing is evicted either.
  await handle.utimes(nowMs / 1000, nowMs / 1000).catch(() => {});
}

async function writeDurably(path: string, parts: Buffer[]): Promise<void> {
  const folder = dirname(path);
  await makeSyncedDirectory(folder);
  const temporary = `${path}.${randomUUID()}${TEMP_SUFFIX}`;
  try {
    await writeAndSync(temporary, parts);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await syncDirectory(folder);
}

async function writeAndSync(path: string, parts: Buffer[]): Promise<void> {
  await using handle = await open(path, 'wx', 0o600);
  const { bytesWritten } = await handle.writev(parts);
  // A disk that becomes full takes a part of it, and says so only when it is given the rest.
  if (bytesWritten < countBytes(parts)) await handle.writeFile(Buffer.concat(parts).subarray(bytesWritten));
  await handle.sync();
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  // Asked at once: of a chunk that has yet to be made it is the usual answer, which would wait behind fsyncs in the thread pool.
  if (!existsSync(path)) return undefined;
  return open(path, 'r').catch(ignoreMissing);
}

function statIfThere(path: string) {
  return stat(path).catch(ignoreMissing);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
