// The finished audio files: stitched from a job's chunks, synced, renamed into place, read back.
import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobClass } from '../../api/job.ts';
import { isEncoded } from '../../engine/audio/encode/open-encoder.ts';
import type { Pace } from '../../engine/audio/pause.ts';
import { BYTES_PER_SAMPLE } from '../../engine/audio/pcm.ts';
import { countStitchedSamples, stitch } from '../../engine/audio/stitch.ts';
import { createOpenWavHeader, createWavHeader } from '../../engine/audio/wav-header.ts';
import type { StoredResult } from '../jobs/job.ts';
import type { ActiveJob, Written } from './active-job.ts';
import type { StoredChunk } from './chunk-file.ts';
import type { ChunkStore } from './chunk-store.ts';
import { EncoderThread } from './encoder-thread.ts';
import { createWordTrack } from './hear-words.ts';
import type { PlannedChunk } from './plan.ts';
import { Slots } from './slots.ts';
import { makeSyncedDirectory, syncDirectory } from './sync-directory.ts';
import { decodeWords, encodeWords, type HeardWords } from './word-file.ts';

const TEMP = '.tmp-';
/** Behind the name of a result: when its words are heard. */
const WORDS_SUFFIX = '.words';
/** What `write` calls a file. */
const RESULT_NAME = /^[0-9a-f-]{36}-\d+\.\w+$/;
/** Results encoded at the same time; each has a thread. A book takes minutes, for which nobody who waits should wait. */
const MAX_ENCODINGS: Record<JobClass, number> = { interactive: 8, batch: 2 };
const HASH_BLOCK_BYTES = 1 << 18;

export class ResultFiles {
  readonly #dir: string;
  /** Not the one of the streams: a book in it would keep listeners waiting. */
  readonly #encoder = new EncoderThread('ttsd-files');
  readonly #encodings = {
    interactive: new Slots(MAX_ENCODINGS.interactive),
    batch: new Slots(MAX_ENCODINGS.batch),
  };

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** Makes the directory and sweeps what an earlier run left half done. */
  static async open(dir: string): Promise<ResultFiles> {
    await makeSyncedDirectory(dir);
    const names = new Set(await readdir(dir));
    for (const name of names) {
      const isLeftAlone = name.endsWith(WORDS_SUFFIX) && !names.has(name.slice(0, -WORDS_SUFFIX.length));
      if (name.startsWith(TEMP) || isLeftAlone) await unlink(join(dir, name));
    }
    return new ResultFiles(dir);
  }

  /**
   * Puts the chunks into the file as they become done, so that little is left to do after the last. Undefined for encoded formats,
   * which are begun then: an encoder is not held while a long text renders.
   */
  writeAlong(active: ActiveJob, sampleRateHz: number, chunks: ChunkStore): Promise<Written> | undefined {
    if (isEncoded(active.job.spec.format, sampleRateHz)) return undefined;
    const writing = this.write(active, sampleRateHz, chunks);
    // Whoever finishes the job sees it; a job that is dropped has nobody who would.
    writing.catch(() => {});
    return writing;
  }

  /** When this resolves with a result, the file is on disk under its final name, and so is the name itself. Waits for chunks that are not done. */
  async write(active: ActiveJob, sampleRateHz: number, chunks: ChunkStore): Promise<Written> {
    const { spec } = active.job;
    const file = `${active.id}-${active.job.attempt}.${spec.format}`;
    const temp = join(this.#dir, TEMP + file);
    const pace = { sampleRateHz, speed: spec.speed };
    const track = createWordTrack(pace);
    let bytes = 0;
    let sha256: string;
    // Somebody may have tidied the directory away.
    await makeSyncedDirectory(this.#dir);
    const handle = await open(temp, 'w+', 0o600);
    try {
      const put = async (data: Buffer) => {
        active.abort.signal.throwIfAborted();
        bytes += data.length;
        await handle.writeFile(data);
      };
      let head: Buffer | undefined;
      const audio = stitch(readChunks(active, chunks, track.add), pace);
      if (isEncoded(spec.format, sampleRateHz)) {
        using _slot = await this.#encodings[active.class].take();
        const onHead = (known: Buffer) => {
          head = known;
        };
        for await (const part of this.#encoder.encode(audio, { format: spec.format, sampleRateHz, onHead }))
          await put(part);
      } else if (spec.format === 'wav') {
        const makeHead = () => createWavHeader({ sampleRateHz, lengthSamples: countSamples(active, pace) });
        const room = active.isRendered ? makeHead() : createOpenWavHeader(sampleRateHz);
        await put(room);
        for await (const part of audio) await put(part);
        head = makeHead();
        // Beyond 4 GiB, which shows only at the end: it is written again then.
        if (head.length !== room.length) throw new Error(`the header needs ${head.length} bytes`);
      } else for await (const part of audio) await put(part);
      if (head !== undefined) await handle.write(head, 0, head.length, 0);
      sha256 = await hashFile(handle);
      await handle.sync();
    } catch (error) {
      await unlink(temp).catch(() => {});
      if (error instanceof LostChunk) return { lostChunk: error.index };
      throw error;
    } finally {
      await handle.close();
    }
    const lengthSamples = countSamples(active, pace);
    await this.#writeWords(file, { sampleRateHz, lengthSamples, words: track.words });
    await rename(temp, join(this.#dir, file));
    await syncDirectory(this.#dir);
    const audioMs = Math.round((lengthSamples / sampleRateHz) * 1000);
    return { result: { file, format: spec.format, bytes, sha256, audioMs } };
  }

  /** Before the result has its name, so that a result never lacks them. */
  async #writeWords(file: string, heard: HeardWords): Promise<void> {
    const temp = join(this.#dir, TEMP + file + WORDS_SUFFIX);
    try {
      await using handle = await open(temp, 'w', 0o600);
      await handle.writeFile(encodeWords(heard));
      await handle.sync();
    } catch (error) {
      for (const left of [temp, join(this.#dir, TEMP + file)]) await unlink(left).catch(() => {});
      throw error;
    }
    await rename(temp, join(this.#dir, file + WORDS_SUFFIX));
  }

  /** When the words of a result are heard; undefined when that was lost, or never noted by an earlier version. */
  async readWords(file: string): Promise<HeardWords | undefined> {
    const bytes = await readFile(join(this.#dir, file + WORDS_SUFFIX)).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        return undefined;
      },
    );
    return bytes && decodeWords(bytes);
  }

  /** Names of all finished files, known to a job or not. Whatever else lies there is not ours. */
  async list(): Promise<string[]> {
    // Words without their file count as it: killed between the two, nothing else would name them.
    const files = (await readdir(this.#dir)).map((name) => name.replace(/\.words$/, ''));
    return [...new Set(files)].filter((name) => RESULT_NAME.test(name));
  }

  /** True when the file is there in full length. */
  async has({ file, bytes }: StoredResult): Promise<boolean> {
    const found = await stat(join(this.#dir, file)).catch(() => undefined);
    return found?.size === bytes;
  }

  /** The bytes from `start` to `end`, both included; opened before this resolves, so that retention cannot take them away. */
  async open(file: string, range: { start: number; end: number }): Promise<ReadStream> {
    const handle = await open(join(this.#dir, file), 'r');
    return createReadStream('', { fd: handle, ...range });
  }

  async remove(file: string): Promise<void> {
    for (const name of [file, file + WORDS_SUFFIX]) {
      await unlink(join(this.#dir, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
  }
}

/** Of a job whose chunks are all done. */
function countSamples({ plan, chunkSamples }: ActiveJob, pace: Pace): number {
  const lengths = plan.map(({ boundary, leadMs }, index) => ({
    lengthSamples: chunkSamples[index]!,
    boundary,
    leadMs,
  }));
  return countStitchedSamples(lengths, pace);
}

class LostChunk extends Error {
  readonly index: number;

  constructor(index: number) {
    super(`chunk ${index} is not in the chunk store`);
    this.index = index;
  }
}

async function hashFile(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(HASH_BLOCK_BYTES);
  for (let position = 0; ; ) {
    const { bytesRead } = await handle.read(block, 0, block.length, position);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(block.subarray(0, bytesRead));
    position += bytesRead;
  }
}

/** `onChunk` hears of each chunk before it is yielded. */
async function* readChunks(
  active: ActiveJob,
  chunks: ChunkStore,
  onChunk: (planned: PlannedChunk, chunk: StoredChunk) => void,
) {
  for (const [index, planned] of active.plan.entries()) {
    await active.waitForChunk(index);
    const chunk = await chunks.read(planned.key);
    if (chunk === undefined || chunk.pcm.length / BYTES_PER_SAMPLE !== active.chunkSamples[index])
      throw new LostChunk(index);
    onChunk(planned, chunk);
    yield { pcm: chunk.pcm, boundary: planned.boundary, leadMs: planned.leadMs };
  }
}
