// What every encoder does: s16le mono in, the bytes of one format out.

export interface Ending {
  /** The last bytes; may be empty. */
  bytes: Buffer;
  /**
   * What the first bytes would have been, had the length been known from the start. A file that can be written to again takes
   * them in place of as many first bytes; a stream has long sent those, and is valid without. Null where nothing changes.
   */
  head: Buffer | null;
}

export interface AudioEncoder {
  /** Takes whole samples, any number of them. Answers what is ready by now, which may be nothing. */
  encode(pcm: Buffer): Buffer | Promise<Buffer>;
  /** Called once, after the last sample. */
  finish(): Ending | Promise<Ending>;
  /** Gives back what it holds. Called once, at the end or whenever nobody wants the rest. */
  close(): void;
}
