// One making of a job's sound for all who listen to it from its beginning at about the same time. Whoever falls behind
// the others by more than the window goes on alone: nobody waits for him, and nothing is held for him.
import { setMaxListeners } from 'node:events';
import { unlessAborted } from '../inference/unless-aborted.ts';
import { takeRange } from './stream-range.ts';

/** Of WAV 22 seconds, of MP3 two minutes. */
const WINDOW_BYTES = 1024 * 1024;

/** Makes the bytes, always the same, from the first on; ends when the signal is aborted. */
export type OpenStream = (signal: AbortSignal) => AsyncGenerator<Buffer>;

export class SharedStreams {
  /** Those of which the beginning is still there. */
  readonly #joinable = new Map<string, SharedStream>();
  readonly #windowBytes: number;

  constructor(windowBytes = WINDOW_BYTES) {
    this.#windowBytes = windowBytes;
  }

  /** The bytes that `open` makes; `key` names them. Throws what making them throws, or the signal's reason. */
  async *read(key: string, open: OpenStream, signal: AbortSignal): AsyncGenerator<Buffer> {
    const shared = this.#joinable.get(key) ?? this.#begin(key, open);
    let bytes = 0;
    shared.enter();
    try {
      for (let part = 0; ; part++) {
        const found = await shared.get(part, signal);
        if (found === 'gone') break;
        if (found === 'end') return;
        bytes += found.length;
        yield found;
      }
    } finally {
      shared.leave();
    }
    yield* takeRange(open(signal), { start: bytes, end: undefined }, () => {});
  }

  #begin(key: string, open: OpenStream): SharedStream {
    const shared = new SharedStream(open, this.#windowBytes, () => {
      if (this.#joinable.get(key) === shared) this.#joinable.delete(key);
    });
    this.#joinable.set(key, shared);
    return shared;
  }
}

class SharedStream {
  readonly #nobody = new AbortController();
  readonly #source: AsyncGenerator<Buffer>;
  readonly #windowBytes: number;
  /** Called when nobody may join any more. */
  readonly #close: () => void;
  #parts: Buffer[] = [];
  /** Number of the first part that is still there. */
  #first = 0;
  #bytes = 0;
  #readers = 0;
  #pulling: Promise<void> | undefined;
  #isOver = false;

  constructor(open: OpenStream, windowBytes: number, close: () => void) {
    // Somebody waits for each change of the job through it.
    setMaxListeners(0, this.#nobody.signal);
    this.#source = open(this.#nobody.signal);
    this.#windowBytes = windowBytes;
    this.#close = close;
  }

  enter(): void {
    this.#readers++;
  }

  leave(): void {
    if (--this.#readers > 0) return;
    this.#close();
    this.#nobody.abort(new Error('nobody listens any more'));
    this.#source.return(undefined).catch(() => {});
  }

  /** `gone`: the others are too far ahead. Who asks for a part that is not there yet has it made. */
  async get(part: number, signal: AbortSignal): Promise<Buffer | 'gone' | 'end'> {
    while (part >= this.#first + this.#parts.length) {
      if (this.#isOver) return 'end';
      this.#pulling ??= this.#pull();
      await unlessAborted(this.#pulling, signal);
    }
    return part < this.#first ? 'gone' : this.#parts[part - this.#first]!;
  }

  async #pull(): Promise<void> {
    try {
      const { value, done } = await this.#source.next();
      if (done) {
        this.#isOver = true;
        return;
      }
      this.#parts.push(value);
      this.#bytes += value.length;
      while (this.#bytes > this.#windowBytes && this.#parts.length > 1) {
        this.#bytes -= this.#parts.shift()!.length;
        this.#first++;
        this.#close();
      }
      this.#pulling = undefined;
    } catch (error) {
      // Every reader is told, none that comes later.
      this.#close();
      throw error;
    }
  }
}
