// The direction in which a text is written. The browser's own way, `auto`, looks at each paragraph, and takes ten seconds to lay out a
// megabyte; for long texts the first letter decides.

const LONG_CHARS = 20_000;
/** The blocks of Unicode that are kept for scripts written from right to left (UAX #9, DerivedBidiClass.txt). */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

export function findDirection(text: string): 'auto' | 'ltr' | 'rtl' {
  if (text.length <= LONG_CHARS) return 'auto';
  const letter = /\p{L}/u.exec(text)?.[0] ?? '';
  return RIGHT_TO_LEFT.test(letter) ? 'rtl' : 'ltr';
}
