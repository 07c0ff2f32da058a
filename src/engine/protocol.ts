// The messages between the daemon and an engine host. Sent with structured clone, so PCM stays binary.
import type { ChunkInput, WordTiming } from './engine.ts';
import type { Device, DeviceWish } from './model/device.ts';

export interface LoadOptions {
  /** Folder with the model's manifest. */
  modelDir: string;
  /** Left out: the best that there is. */
  device?: DeviceWish;
  /** To compute with. Left out: as many as there are processors, up to where more gain little. */
  threads?: number;
  /** Where an engine keeps what it need not compute again, such as what it heard in a reference clip. Left out: nowhere. */
  cacheDir?: string;
}

export type ToHost =
  | ({ type: 'load' } & LoadOptions)
  | { type: 'synthesize'; requestId: number; input: ChunkInput }
  | { type: 'abort'; requestId: number };

/** `pcm` is signed 16-bit little-endian mono. `workMs` is the time the host spent on it. */
export interface SynthesizedChunk {
  pcm: Uint8Array;
  sampleRateHz: number;
  words: WordTiming[];
  warnings: string[];
  workMs: number;
}

export type FromHost =
  | { type: 'ready'; device: Device; deviceNote: string | null }
  | { type: 'load-failed'; message: string }
  | ({ type: 'audio'; requestId: number } & SynthesizedChunk)
  | { type: 'failed'; requestId: number; message: string }
  /** More of the chunk in hand, which will not change: its parts, joined, are the `pcm` of its `audio`. */
  | { type: 'part'; requestId: number; pcm: Uint8Array; sampleRateHz: number }
  /** `share`: 0 to 1, of the work on the chunk in hand; may fall where something is made again. */
  | { type: 'progress'; requestId: number; share: number }
  /** Of memory, mapped files aside. */
  | { type: 'beat'; rssBytes: number }
  /** The last one: what the host will end with, by itself. */
  | { type: 'ending'; code: number };

export const HEARTBEAT_MS = 1000;
/** Progress is told no more often. */
export const PROGRESS_MS = 200;
