// What passes between the benchmark and its process full of listeners.

export const WAV_HEADER_BYTES = 44;

/** One listener for each path. `audio`: all hear the same bytes; `job`: the changes of a job, to its end. */
export interface Crowd {
  socket: string;
  kind: 'audio' | 'job' | 'queue';
  paths: string[];
}

export type FromCrowd = { open: true } | { heard: Heard };

export interface Heard {
  /** Of the audio behind the header of a WAV. */
  sha256: string;
  bytes: number;
  events: number;
  /** The slowest listener's first byte, from asking for it. */
  firstMs: number[];
  wrong: string[];
}
