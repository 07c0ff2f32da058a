// The word lists of the normaliser, as the model's normalize.json has them, and patterns made of them.

export interface NormaliseTables {
  /** "jan" → "January". */
  months: Readonly<Record<string, string>>;
  /** "Dr" → "Dr" … "Prof" → "Professor": written with a dot before a name. */
  titles: Readonly<Record<string, string>>;
  /** "Ave." → "Avenue". */
  abbreviations: Readonly<Record<string, string>>;
  /** "km" → singular and plural. */
  units: Readonly<Record<string, readonly [string, string]>>;
  /** "=" → "equals". */
  symbols: Readonly<Record<string, string>>;
  /** "¥" → singular and plural. */
  currency: Readonly<Record<string, readonly [string, string]>>;
  /** Words after which a roman numeral is a plain number: "Chapter". */
  roman_cardinal: readonly string[];
  /** Names after which it is an ordinal: "Henry". */
  roman_ordinal: readonly string[];
}

/** One of `words` literally, the longest first. */
export function writeAlternatives(words: Iterable<string>): string {
  return [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .join('|');
}
