// Numbers as English words, the British way with "and", lower case; what is spoken of it is the caller's choice.

const ones =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = '  twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const scales =
  ' thousand million billion trillion quadrillion quintillion sextillion septillion octillion nonillion'.split(
    ' ',
  );
const irregularOrdinals = new Map([
  ['one', 'first'],
  ['two', 'second'],
  ['three', 'third'],
  ['five', 'fifth'],
  ['eight', 'eighth'],
  ['nine', 'ninth'],
  ['twelve', 'twelfth'],
]);

/** Digits longer than this have no name here and are read one by one. */
export const longestNamedNumber = 33;

/** `digits`: 1 to `longestNamedNumber` decimal digits. 1234 → "one thousand two hundred and thirty-four". */
export function writeCardinal(digits: string): string {
  const plain = digits.replace(/^0+(?=\d)/, '');
  if (plain.length <= 3) return writeBelowThousand(Number(plain));
  const parts: string[] = [];
  for (let end = plain.length, scale = 0; end > 0; end -= 3, scale++) {
    const group = Number(plain.slice(Math.max(0, end - 3), end));
    if (group === 0) continue;
    const words = writeBelowThousand(group);
    if (scale > 0) parts.unshift(`${words} ${scales[scale]}`);
    else parts.unshift(group < 100 ? `and ${words}` : words);
  }
  return parts.join(' ');
}

export function writeOrdinal(digits: string): string {
  const words = writeCardinal(digits);
  const cut = Math.max(words.lastIndexOf(' '), words.lastIndexOf('-')) + 1;
  const last = words.slice(cut);
  const ordinal =
    irregularOrdinals.get(last) ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`);
  return words.slice(0, cut) + ordinal;
}

/** A four-digit number as a year: 1905 → "nineteen oh-five", 2009 → "two thousand and nine". */
export function writeYear(digits: string): string {
  const high = Number(digits.slice(0, -2));
  const low = Number(digits.slice(-2));
  if (high % 10 === 0 && low < 10) return writeCardinal(digits);
  if (low === 0) return `${writeBelowThousand(high)} hundred`;
  return `${writeBelowThousand(high)} ${low < 10 ? `oh-${ones[low]}` : writeBelowThousand(low)}`;
}

export function writeDigit(digit: string): string {
  return ones[Number(digit)]!;
}

function writeBelowThousand(value: number): string {
  const hundreds = Math.floor(value / 100);
  const rest = value % 100;
  if (hundreds === 0) return writeBelowHundred(rest);
  return `${ones[hundreds]} hundred${rest > 0 ? ` and ${writeBelowHundred(rest)}` : ''}`;
}

function writeBelowHundred(value: number): string {
  if (value < 20) return ones[value]!;
  const rest = value % 10;
  return tens[Math.floor(value / 10)]! + (rest > 0 ? `-${ones[rest]}` : '');
}
