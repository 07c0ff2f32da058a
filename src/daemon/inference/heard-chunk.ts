// The sound of a chunk while it is made, as listeners may have heard it, the same for all jobs that need it. What was given out stays as it
// is: where the chunk has to be made anew, since its host died in the middle of it, the new sound goes on where the old one broke off.
import { BYTES_PER_SAMPLE } from '../../engine/audio/pcm.ts';

/** A step from the old sound to the new is evened out over so much: 10 ms at 24 kHz. */
const EASE_SAMPLES = 240;

export class HeardChunk {
  /** s16le. */
  pcm: Buffer = Buffer.alloc(0);
  isWhole = false;
  /** It was made anew, and the new sound is not that which had been heard. */
  hasSeam = false;
  /** Of the sound that is made now; behind `pcm` while what was heard comes again. */
  #cameBytes = 0;
  #lastSample = 0;
  readonly #listeners = new Set<() => void>();

  /** Calls `listener` whenever there is more. */
  onMore(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** The sound will come from its first sample. */
  begin(): void {
    this.#cameBytes = 0;
    this.#lastSample = 0;
  }

  /** The next of the sound. */
  add(part: Buffer): void {
    if (this.isWhole || part.length === 0) return;
    const again = Math.min(part.length, this.pcm.length - this.#cameBytes);
    const heard = this.pcm.subarray(this.#cameBytes, this.#cameBytes + again);
    if (!heard.equals(part.subarray(0, again))) this.hasSeam = true;
    const before = again === 0 ? this.#lastSample : readLast(part.subarray(0, again));
    this.#cameBytes += part.length;
    this.#lastSample = readLast(part);
    if (again === part.length) return;
    const step = readLast(this.pcm) - before;
    this.pcm = Buffer.concat([this.pcm, easeIn(part.subarray(again), step)]);
    this.#tell();
  }

  /** The sound as the host says it is in the end; answers the whole as it can be heard. */
  finish(whole: Buffer): Buffer {
    this.begin();
    this.add(whole);
    this.isWhole = true;
    this.#tell();
    return this.pcm;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function readLast(pcm: Buffer): number {
  return pcm.length === 0 ? 0 : pcm.readInt16LE(pcm.length - BYTES_PER_SAMPLE);
}

/** `step`: from where the new sound was before to where the old one ended; half a Hann window lets it go. */
function easeIn(pcm: Buffer, step: number): Buffer {
  if (step === 0) return pcm;
  const eased = Buffer.from(pcm);
  const length = Math.min(EASE_SAMPLES, eased.length / BYTES_PER_SAMPLE);
  for (let i = 0; i < length; i++) {
    const share = 0.5 + 0.5 * Math.cos((Math.PI * i) / length);
    const sample = eased.readInt16LE(i * BYTES_PER_SAMPLE) + Math.round(share * step);
    eased.writeInt16LE(Math.max(-32_768, Math.min(32_767, sample)), i * BYTES_PER_SAMPLE);
  }
  return eased;
}
