// Text that remembers where each of its characters stood in the user's text, through any number of rewrites.

/** What a rewrite puts in place of a match; `from` and `to` narrow the part of the match it stands for (code units in the match). */
export interface Rewrite {
  text: string;
  from: number;
  to: number;
}

/** A rewrite of which every part stands for the whole of `match`, so that it stays one word however it is spoken. */
export function rewriteWhole(match: string, text: string): Rewrite {
  return { text, from: 0, to: match.length };
}

export class MappedText {
  text: string;
  /** For each code unit of `text`: the range of the original text that it stands for. */
  #starts: Int32Array;
  #ends: Int32Array;

  constructor(original: string) {
    this.text = original;
    this.#starts = Int32Array.from({ length: original.length }, (_, i) => i);
    this.#ends = Int32Array.from({ length: original.length }, (_, i) => i + 1);
  }

  /** The range of the original text behind the code units `start` up to `end` of `text`; both in range and `start < end`. */
  findSource(start: number, end: number): { start: number; end: number } {
    return { start: this.#starts[start]!, end: this.#ends[end - 1]! };
  }

  /** Rewrites every match of a global `pattern`; `undefined` leaves a match as it is. What a rewrite keeps at its ends keeps its place. */
  replace(pattern: RegExp, rewrite: (match: RegExpExecArray) => string | Rewrite | undefined): void {
    const { text } = this;
    pattern.lastIndex = 0;
    let builder: Builder | undefined;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      if (match[0] === '') {
        pattern.lastIndex++;
        continue;
      }
      const result = rewrite(match);
      if (result === undefined || result === match[0]) continue;
      builder ??= new Builder(text, this.#starts, this.#ends);
      if (typeof result === 'string') builder.put(match.index, match[0], result);
      else builder.putAll(match.index, match[0].length, result);
    }
    if (!builder) return;
    const built = builder.finish();
    this.text = built.text;
    this.#starts = Int32Array.from(built.starts);
    this.#ends = Int32Array.from(built.ends);
  }
}

class Builder {
  readonly #old: string;
  readonly #oldStarts: Int32Array;
  readonly #oldEnds: Int32Array;
  #copied = 0;
  #parts: string[] = [];
  #starts: number[] = [];
  #ends: number[] = [];

  constructor(old: string, oldStarts: Int32Array, oldEnds: Int32Array) {
    this.#old = old;
    this.#oldStarts = oldStarts;
    this.#oldEnds = oldEnds;
  }

  put(index: number, before: string, after: string): void {
    const shorter = Math.min(before.length, after.length);
    let head = 0;
    while (head < shorter && before[head] === after[head]) head++;
    let tail = 0;
    while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail])
      tail++;
    // Something was inserted between two kept characters: it belongs to the first of them.
    if (head + tail === before.length && head > 0) head--;
    else if (head + tail === before.length && tail > 0) tail--;
    this.#copyUpTo(index + head);
    this.#insert(after.slice(head, after.length - tail), index + head, index + before.length - tail);
    this.#copied = index + before.length - tail;
  }

  putAll(index: number, length: number, { text, from, to }: Rewrite): void {
    this.#copyUpTo(index);
    this.#insert(text, index + from, index + to);
    this.#copied = index + length;
  }

  finish(): { text: string; starts: number[]; ends: number[] } {
    this.#copyUpTo(this.#old.length);
    return { text: this.#parts.join(''), starts: this.#starts, ends: this.#ends };
  }

  #copyUpTo(end: number): void {
    this.#parts.push(this.#old.slice(this.#copied, end));
    for (let i = this.#copied; i < end; i++) {
      this.#starts.push(this.#oldStarts[i]!);
      this.#ends.push(this.#oldEnds[i]!);
    }
    this.#copied = Math.max(this.#copied, end);
  }

  #insert(text: string, from: number, to: number): void {
    if (text === '' || from === to) {
      if (text !== '') throw new RangeError('A rewrite stands for at least one character.');
      return;
    }
    this.#parts.push(text);
    for (let i = 0; i < text.length; i++) {
      this.#starts.push(this.#oldStarts[from]!);
      this.#ends.push(this.#oldEnds[to - 1]!);
    }
  }
}
