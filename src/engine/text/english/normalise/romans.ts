// Roman numerals where a number is meant: "Chapter IV", "Henry VIII", "the XIX century".
import type { MappedText } from '../mapped-text.ts';
import { writeOrdinal } from '../number-words.ts';
import { type NormaliseTables, writeAlternatives } from './tables.ts';

const canonical = /^(?:X{0,3}|XL|L)(?:IX|IV|V?I{0,3})$/;
const values = new Map([
  ['I', 1],
  ['V', 5],
  ['X', 10],
  ['L', 50],
]);
const notNames = /^(?:A|An|The|This|That|My|Your|His|Her|Our|Their|And|Or|In|On|Of|For|To|By|With)$/;

export function makeRomanRules({
  roman_cardinal,
  roman_ordinal,
}: NormaliseTables): (text: MappedText) => void {
  const counted = new RegExp(
    `\\b(${writeAlternatives(roman_cardinal)}) ([IVXL]{1,9}|[ivx]{2,9})(?![\\w'-])`,
    'g',
  );
  const ruler = new RegExp(
    `\\b(King |Queen |Pope |Emperor |Tsar |Prince )?(${writeAlternatives(roman_ordinal)}|(?<=(?:King|Queen|Pope|Emperor|Tsar|Prince) )\\p{Lu}\\p{Ll}{2,30}) ([IVXL]{1,9})(?![\\w-])(?='s|[^']|$)`,
    'gu',
  );
  const century = /\b([IVX]{1,6})(?:th)? (?=century\b|centuries\b)/gi;
  const numbered = /\b(\p{Lu}\p{Ll}{1,30}) ([IVX]{2,6})(?![\w'-])/gu;

  return (text) => {
    if (!/[IVX]|\b[ivx]{2}/.test(text.text)) return;
    text.replace(century, ([, numeral]) => {
      const value = readRoman(numeral!);
      return value === undefined ? undefined : `${writeOrdinal(String(value))} `;
    });
    text.replace(ruler, (match) => {
      const [, title = '', name, numeral] = match;
      const value = readRoman(numeral!);
      if (value === undefined) return undefined;
      const after = text.text.slice(match.index + match[0].length);
      // "George I think …" is not about a king.
      if (numeral === 'I' && title === '' && /^ \p{Ll}/u.test(after) && !after.startsWith(' of'))
        return undefined;
      return `${title}${name} the ${writeOrdinal(String(value))}`;
    });
    text.replace(counted, ([, word, numeral]) => {
      const value = readRoman(numeral!);
      return value === undefined ? undefined : `${word} ${value}`;
    });
    text.replace(numbered, ([, word, numeral]) => {
      const value = notNames.test(word!) ? undefined : readRoman(numeral!);
      return value === undefined ? undefined : `${word} ${value}`;
    });
  };
}

function readRoman(numeral: string): number | undefined {
  const upper = numeral.toUpperCase();
  if (!canonical.test(upper)) return undefined;
  let total = 0;
  for (const [i, letter] of [...upper].entries()) {
    const value = values.get(letter)!;
    total += value < (values.get(upper[i + 1] ?? '') ?? 0) ? -value : value;
  }
  return total || undefined;
}
