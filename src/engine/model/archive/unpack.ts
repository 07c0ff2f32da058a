// Unpacks a zip or tar file of a stranger's: plain files below one folder and nothing else. The whole is refused for one entry
// that is anything else, so that nobody wonders what was left out.
import { createReadStream } from 'node:fs';
import { mkdir, open, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32, createGunzip } from 'node:zlib';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import { openPromise } from 'yauzl';
import { TtsError } from '../../../api/errors.ts';
import { findPathTrouble } from '../safe-path.ts';

const MOST_ENTRIES = 10_000;
const MOST_BYTES = 16 * 2 ** 30;
/** Left free on the disk. */
const SPARE_BYTES = 64 * 2 ** 20;
const UNIX_TYPE = { mask: 0o170000, file: 0o100000, folder: 0o040000 } as const;

/** Answers the paths of the files, below `dir`. Throws `model_invalid` naming the entry, `disk_full`, or the file system's error. */
export async function unpack(archive: string, dir: string): Promise<string[]> {
  const shelf = new Unpacked(dir, await countFreeBytes(dir));
  const kind = await findKind(archive);
  try {
    if (kind === 'zip') await unpackZip(archive, shelf);
    else await unpackTar(archive, shelf, kind === 'gzip');
  } catch (error) {
    if (error instanceof TtsError || isSystemError(error)) throw error;
    throw invalid(`The file is damaged: ${(error as Error).message}.`, error);
  }
  return shelf.paths;
}

async function unpackZip(archive: string, shelf: Unpacked): Promise<void> {
  const zip = await openPromise(archive, { strictFileNames: true, autoClose: false, lazyEntries: true });
  try {
    for await (const entry of zip.eachEntry()) {
      const type = (entry.externalFileAttributes >>> 16) & UNIX_TYPE.mask;
      if (entry.fileName.endsWith('/')) {
        shelf.checkFolder(entry.fileName);
        continue;
      }
      if (type !== 0 && type !== UNIX_TYPE.file) throw refuse(entry.fileName, 'is a link or a device');
      if (!entry.canDecodeFileData())
        throw refuse(entry.fileName, 'is encrypted or packed in a way that is not known');
      const content = await zip.openReadStreamPromise(entry);
      // It may still complain when nobody reads it any more.
      content.on('error', () => {});
      const sum = await shelf.write(entry.fileName, entry.uncompressedSize, content);
      if (sum !== entry.crc32 >>> 0) throw refuse(entry.fileName, 'is damaged: its checksum is wrong');
    }
  } finally {
    zip.close();
  }
}

async function unpackTar(archive: string, shelf: Unpacked, isGzip: boolean): Promise<void> {
  const source = createReadStream(archive);
  const bytes = isGzip ? source.pipe(createGunzip()) : source;
  source.on('error', (error) => bytes.destroy(error));
  const decoder = createTarDecoder({ strict: true });
  const entries = ReadableStream.from(bytes).pipeThrough(decoder as never) as AsyncIterable<ParsedTarEntry>;
  for await (const entry of entries) {
    const { name, size, type = 'file' } = entry.header;
    if (type === 'directory') {
      shelf.checkFolder(name);
      await entry.body.cancel();
    } else if (type === 'file') await shelf.write(name, size, entry.body as AsyncIterable<Uint8Array>);
    else throw refuse(name, `is no plain file but a ${type}`);
  }
}

/** What has been written so far, and what may still be. */
class Unpacked {
  readonly paths: string[] = [];
  readonly #dir: string;
  #bytesLeft: number;
  #entries = 0;
  /** In lower case: on some systems two of them would be one file. */
  readonly #taken = new Set<string>();

  constructor(dir: string, freeBytes: number) {
    this.#dir = dir;
    this.#bytesLeft = Math.min(MOST_BYTES, freeBytes - SPARE_BYTES);
  }

  checkFolder(name: string): void {
    this.#count();
    const path = name.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
    if (path === '' || path === '.') return;
    const trouble = findPathTrouble(path);
    if (trouble !== undefined) throw refuse(name, trouble);
  }

  /** Answers the CRC-32 of what was written, which is `size` bytes exactly. */
  async write(name: string, size: number, content: AsyncIterable<Uint8Array>): Promise<number> {
    this.#count();
    const path = name.replace(/^(\.\/)+/, '');
    const trouble = findPathTrouble(path);
    if (trouble !== undefined) throw refuse(name, trouble);
    if (this.#taken.has(path.toLowerCase())) throw refuse(name, 'comes twice');
    this.#taken.add(path.toLowerCase());
    if (size > this.#bytesLeft) throw this.#full(name, size);
    const target = join(this.#dir, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await using file = await open(target, 'wx', 0o600);
    let written = 0;
    let sum = 0;
    for await (const piece of content) {
      written += piece.length;
      if (written > size) throw refuse(name, `holds more than the ${size} bytes that it says`);
      sum = crc32(piece, sum);
      await file.writeFile(piece);
    }
    if (written !== size) throw refuse(name, `breaks off after ${written} of ${size} bytes`);
    this.#bytesLeft -= written;
    this.paths.push(path);
    return sum;
  }

  #count(): void {
    this.#entries++;
    if (this.#entries > MOST_ENTRIES)
      throw invalid(`The file holds more than ${MOST_ENTRIES} entries. A model has fewer.`);
  }

  #full(name: string, size: number): TtsError {
    if (size > MOST_BYTES) return refuse(name, `has ${size} bytes, more than a model may have`);
    return new TtsError(
      'disk_full',
      `There is no room for ${name} (${size} bytes) in ${this.#dir}. Free some space and try again.`,
    );
  }
}

/** By its first bytes, not by its name. */
async function findKind(path: string): Promise<'zip' | 'gzip' | 'tar'> {
  await using file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  if (buffer.subarray(0, 4).equals(Buffer.from('PK\x03\x04'))) return 'zip';
  if (buffer[0] === 0x1f && buffer[1] === 0x8b) return 'gzip';
  if (bytesRead === 512 && buffer.subarray(257, 262).equals(Buffer.from('ustar'))) return 'tar';
  throw invalid(
    'The file is neither a zip nor a tar file. Give a folder, .zip, .tar or .tar.gz, or an .onnx file.',
  );
}

async function countFreeBytes(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}

function refuse(name: string, why: string): TtsError {
  return invalid(`The entry ${JSON.stringify(name.slice(0, 200))} ${why}. Nothing was added.`);
}

function invalid(message: string, cause?: unknown): TtsError {
  return new TtsError('model_invalid', message, { cause });
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
