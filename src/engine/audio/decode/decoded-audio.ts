// What every decoder gives, and how it says that a file is not what it should be.

/** A piece of decoded audio: one array a channel, all of the same length, samples in -1 to 1. */
export interface DecodedBlock {
  channels: readonly Float32Array[];
  sampleRateHz: number;
}

/** The file cannot be used as audio; the message says why, for the user, without a full stop. */
export class BadAudio extends Error {
  override readonly name = 'BadAudio';
}
