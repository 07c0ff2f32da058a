// What every engine offers: one chunk of text in, its audio out. No database, no HTTP, no terminal.

/** One chunk to synthesise. All ranges of `params` are the manifest's business; they arrive already clamped. */
export interface ChunkInput {
  text: string;
  /** The model's own name for the speaker. */
  speaker: string;
  /** 1 is the voice's natural pace; 2 is twice as fast. Range 0.25 to 4. */
  speed: number;
  /** 1 to 2^31 - 1. The same input with the same seed gives the same samples. */
  seed: number;
  /** Parameters only some models have, such as `temperature`. */
  params: Readonly<Record<string, number>>;
  /** Left out: as loud as the model makes it. */
  loudnessLufs?: number;
  /** BCP 47, for a model that reads several languages with one voice; left out, the speaker's own. */
  language?: string;
  /** What will be asked for next in this voice, as far as that is known: it may be read while this is made. */
  nextText?: string;
  /** The clip whose speaker is to be heard, for a model that clones; then `speaker` does not count. */
  reference?: ReferenceClip;
}

/** A mono WAV, 16-bit, at the rate it was recorded in. */
export interface ReferenceClip {
  path: string;
  /** Of the file, lower case hex: what the clip is known by. */
  sha256: string;
}

/** When a word of the chunk's text is heard. `start` and `end` are UTF-16 offsets into `ChunkInput.text`. */
export interface WordTiming {
  start: number;
  end: number;
  startSec: number;
  endSec: number;
}

/** Audio of one chunk: mono float samples in -1 to 1, leading and trailing silence trimmed, edges faded to zero. */
export interface ChunkAudio {
  samples: Float32Array;
  sampleRateHz: number;
  words: WordTiming[];
  /** What the user should know about this chunk, e.g. characters that could not be spoken. */
  warnings: string[];
}

/** Follows a chunk while it is made. Not every engine has something to tell before the end. */
export interface ChunkListener {
  /** Sound that will not change; all parts, joined, are the samples of the chunk. */
  onPart?(samples: Float32Array): void;
  /** 0 to 1, of the work on the chunk; may fall where something is made again. */
  onProgress?(share: number): void;
}

export interface Engine {
  readonly sampleRateHz: number;
  /** Rejects with the signal's reason when aborted at one of the engine's steps. */
  synthesize(input: ChunkInput, signal: AbortSignal, listener?: ChunkListener): Promise<ChunkAudio>;
  close(): Promise<void>;
}
