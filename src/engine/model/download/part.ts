// A file on its way: its bytes under a name of their own, and beside them which of them are there. Both outlive the process.
import { access, type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ModelFile } from '../manifest.ts';

/** A stretch of the file that one connection brings. */
export interface Segment {
  start: number;
  end: number;
  /** Bytes from `start` on that are there. */
  done: number;
}

interface Noted {
  /** What the file is to be: parts of another one are of no use. */
  expected: Pick<ModelFile, 'bytes' | 'sha256' | 'md5'>;
  url: string;
  etag: string | null;
  segments: Segment[];
}

const SEGMENT_BYTES = 16 * 2 ** 20;
/** What came in so much time is fetched again after a crash. */
const SAVE_AFTER_MS = 500;

export class Part {
  readonly path: string;
  readonly bytes: number;
  segments: Segment[];
  /** Where the bytes came from last, and the validator that they had there. */
  url = '';
  etag: string | undefined;
  readonly #expected: Noted['expected'];
  readonly #file: FileHandle;
  #saveSoon: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();

  private constructor(path: string, expected: Noted['expected'], file: FileHandle) {
    this.path = path;
    this.bytes = expected.bytes;
    this.#expected = expected;
    this.#file = file;
    this.segments = divide(expected.bytes);
  }

  /** Goes on with what an earlier process left of the same file. */
  static async open(path: string, { bytes, sha256, md5 }: ModelFile): Promise<Part> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const expected = { bytes, sha256, md5 };
    const noted = await readNoted(path, expected);
    // Without the note the bytes mean nothing.
    const part = new Part(path, expected, await open(path, noted === undefined ? 'w+' : 'r+', 0o600));
    if (noted !== undefined)
      Object.assign(part, { ...noted, etag: noted.etag ?? undefined, segments: noted.segments });
    return part;
  }

  get doneBytes(): number {
    return this.segments.reduce((sum, { done }) => sum + done, 0);
  }

  get isWhole(): boolean {
    return this.doneBytes === this.bytes;
  }

  async write(segment: Segment, piece: Buffer): Promise<void> {
    await this.#file.write(piece, 0, piece.length, segment.start + segment.done);
    segment.done += piece.length;
    this.#saveSoon ??= setTimeout(() => {
      this.#saveSoon = undefined;
      // Writing it down can wait for the next time; the bytes themselves cannot be written then either.
      this.save().catch(() => {});
    }, SAVE_AFTER_MS);
  }

  /** Nothing of it is there any more; `inOne` for a server that cannot send parts. */
  async startOver({ inOne }: { inOne: boolean }): Promise<void> {
    this.segments = inOne ? [{ start: 0, end: this.bytes, done: 0 }] : divide(this.bytes);
    this.etag = undefined;
    await this.#file.truncate(0);
    await this.save();
  }

  save(): Promise<void> {
    const noted: Noted = {
      expected: this.#expected,
      url: this.url,
      etag: this.etag ?? null,
      segments: this.segments,
    };
    const text = JSON.stringify(noted);
    // One after the other: they share a temporary name.
    this.#saving = this.#saving.then(async () => {
      await writeFile(`${notePath(this.path)}.tmp`, text, { mode: 0o600 });
      await rename(`${notePath(this.path)}.tmp`, notePath(this.path));
    });
    return this.#saving;
  }

  /** Keeps what is there for the next time. */
  async close(): Promise<void> {
    clearTimeout(this.#saveSoon);
    try {
      await this.save();
    } finally {
      await this.#file.close();
    }
  }

  /** The bytes are whole and right: they become the file at `target`. */
  async finish(target: string): Promise<void> {
    clearTimeout(this.#saveSoon);
    await this.#saving;
    await this.#file.sync();
    await this.#file.close();
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await rename(this.path, target);
    await rm(notePath(this.path), { force: true });
  }
}

function divide(bytes: number): Segment[] {
  const count = Math.max(1, Math.ceil(bytes / SEGMENT_BYTES));
  return Array.from({ length: count }, (_, i) => ({
    start: i * SEGMENT_BYTES,
    end: Math.min(bytes, (i + 1) * SEGMENT_BYTES),
    done: 0,
  }));
}

function notePath(path: string): string {
  return `${path}.json`;
}

/** Undefined when there is none, or none of the same file. */
async function readNoted(path: string, expected: Noted['expected']): Promise<Noted | undefined> {
  try {
    const noted = JSON.parse(await readFile(notePath(path), 'utf8')) as Noted;
    const isSame = JSON.stringify(noted.expected) === JSON.stringify(expected);
    const isSound = noted.segments.every(
      ({ start, end, done }) => start >= 0 && done >= 0 && start + done <= end && end <= expected.bytes,
    );
    if (!isSame || !isSound) return undefined;
    await access(path);
    return noted;
  } catch {
    return undefined;
  }
}
