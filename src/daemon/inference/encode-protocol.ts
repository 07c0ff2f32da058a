// What passes between who wants audio encoded and the thread that does it, for many at once.
import type { EncodedFormat } from '../../engine/audio/encode/open-encoder.ts';

export interface EncodeOptions {
  format: EncodedFormat;
  /** Of the samples that come; formats with other rates get it converted. */
  sampleRateHz: number;
}

/** `encode` and `finish` are answered, one after the other; an encoding that could not be opened says so in its first answer. */
export type EncodeRequest = { id: number } & (
  | ({ type: 'open' } & EncodeOptions)
  | { type: 'encode'; pcm: Uint8Array }
  | { type: 'finish' }
  | { type: 'close' }
);

export type EncodeAnswer = { id: number } & (
  | { bytes: Uint8Array /** With the answer to `finish` only. */; head: Uint8Array | null }
  | { error: Error }
);
