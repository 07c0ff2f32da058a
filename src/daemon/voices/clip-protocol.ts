// What passes between who wants a clip made of an uploaded file and the thread that does it.

export interface ClipThreadData {
  /** The uploaded file. */
  source: string;
  /** A name that is free: the WAV is written there and synced. */
  target: string;
  maxSec: number;
  /** Of a longer file the beginning is taken; else it is refused. */
  mayCut: boolean;
}

export interface MadeClip {
  sha256: string;
  bytes: number;
  durationSec: number;
  sampleRateHz: number;
  /** Of the uploaded file. */
  sourceSha256: string;
  isCut: boolean;
}

/** `bad`: why the file is no clip, without a full stop. `failed`: what the disk said. */
export type ClipAnswer =
  | { made: MadeClip }
  | { bad: string }
  | { failed: { code: string | null; message: string } };
