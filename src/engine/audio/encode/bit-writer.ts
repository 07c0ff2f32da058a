// Bits into bytes, the most significant first.

export class BitWriter {
  #bytes: Buffer;
  #length = 0;
  /** Bits not yet in a byte, fewer than 8, at the low end. */
  #pending = 0;
  #pendingBits = 0;

  constructor(capacityBytes: number) {
    this.#bytes = Buffer.allocUnsafe(capacityBytes);
  }

  /** The low `bits` (0 to 24) of a number; a negative one in two's complement. */
  write(value: number, bits: number): void {
    this.#pending = (this.#pending << bits) | (value & ((1 << bits) - 1));
    this.#pendingBits += bits;
    while (this.#pendingBits >= 8) {
      this.#pendingBits -= 8;
      this.#put(this.#pending >>> this.#pendingBits);
    }
    this.#pending &= (1 << this.#pendingBits) - 1;
  }

  /** So many zeros and a one. */
  writeUnary(zeros: number): void {
    for (let left = zeros; left > 0; left -= 16) this.write(0, Math.min(left, 16));
    this.write(1, 1);
  }

  fillByte(): void {
    if (this.#pendingBits > 0) this.write(0, 8 - this.#pendingBits);
  }

  /** What was written so far; shared with the writer. Only after `fillByte`. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #put(byte: number): void {
    if (this.#length === this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#length)]);
    this.#bytes[this.#length++] = byte & 0xff;
  }
}
