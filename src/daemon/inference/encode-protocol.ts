// What passes between who wants audio encoded and the thread that does it.
import type { EncodedFormat } from '../../engine/audio/encode/open-encoder.ts';

export interface EncodeThreadData {
  format: EncodedFormat;
  sampleRateHz: number;
}

/** s16le, or null after the last. Each is answered, in order. */
export type EncodeRequest = Uint8Array | null;

export interface EncodeAnswer {
  bytes: Uint8Array;
  /** With the answer to null only: what a file takes in place of its first bytes. */
  head: Uint8Array | null;
}
