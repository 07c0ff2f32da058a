// The part of yauzl that is used, as of 3.4; its published types are older.
declare module 'yauzl' {
  import type { Readable } from 'node:stream';

  export interface Entry {
    fileName: string;
    compressedSize: number;
    uncompressedSize: number;
    crc32: number;
    /** The upper 16 bits are the mode of a Unix file. */
    externalFileAttributes: number;
    canDecodeFileData(): boolean;
  }

  export interface ZipFile {
    eachEntry(): AsyncIterable<Entry>;
    openReadStreamPromise(entry: Entry): Promise<Readable>;
    close(): void;
  }

  export function openPromise(
    path: string,
    options: { strictFileNames: boolean; autoClose: boolean; lazyEntries: boolean },
  ): Promise<ZipFile>;
}
