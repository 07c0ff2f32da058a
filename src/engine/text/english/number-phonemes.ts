// Pronounces what is written in digits: plain and ordinal numbers, years, decimals, amounts of money, and "1980s".
import { addEd, addIng, addS } from './endings.ts';
import type { Lexicon } from './lexicon.ts';
import { longestNamedNumber, writeCardinal, writeDigit, writeOrdinal, writeYear } from './number-words.ts';
import { changeStress } from './stress.ts';

const moneyNames = new Map([
  ['$', { unit: 'dollar', part: 'cent' }],
  ['£', { unit: 'pound', part: 'pence' }],
  ['€', { unit: 'euro', part: 'cent' }],
]);
const ordinalEndings = ['st', 'nd', 'rd', 'th'];
const endings = ['ing', "'d", 'ed', "'s", ...ordinalEndings, 's'];

export function isMoneySign(text: string): boolean {
  return moneyNames.has(text);
}

/** `isHead`: nothing is written before it without a space, so a minus sign may lead it. */
export function isNumber(word: string, isHead: boolean): boolean {
  if (!/\d/.test(word)) return false;
  const ending = endings.find((e) => word.endsWith(e)) ?? '';
  const body = word.slice(0, word.length - ending.length);
  return (isHead ? /^-?[\d.,]+$/ : /^[\d.,]+$/).test(body);
}

/** Pronounces `word` (for which `isNumber` holds); a number right after letters (`isHead` false) is read in pairs and digits. */
export function pronounceNumber(
  word: string,
  currency: string | undefined,
  isHead: boolean,
  lexicon: Lexicon,
): string {
  const ending = /[a-z']+$/.exec(word)?.[0] ?? '';
  const negative = word.startsWith('-');
  const number = word.slice(negative ? 1 : 0, word.length - ending.length);
  const spoken = writeNumber(number, ending, currency, isHead, negative);
  const phonemes = pronounceWords(negative ? `minus ${spoken}` : spoken, lexicon);
  if (ending === 's' || ending === "'s") return addS(phonemes);
  if (ending === 'ed' || ending === "'d") return addEd(phonemes);
  return ending === 'ing' ? addIng(phonemes) : phonemes;
}

function writeNumber(
  number: string,
  ending: string,
  currency: string | undefined,
  isHead: boolean,
  negative: boolean,
): string {
  const digits = number.replaceAll(',', '');
  const isPlain = /^\d+$/.test(digits);
  const money = currency === undefined ? undefined : moneyNames.get(currency);
  if (isPlain && digits.length > longestNamedNumber) return spellDigits(digits);
  if (isPlain && ordinalEndings.includes(ending)) return dropAnd(writeOrdinal(digits));
  if (isPlain && number.length === 4 && number === digits && !money && !negative && digits[0] !== '0')
    return dropAnd(writeYear(digits));
  if (!isHead && isPlain) return writeInGroups(digits);
  if (!isPlain && (!/^\d*\.\d+$/.test(digits) || !isHead)) return writeDotted(digits);
  if (money && !/\.\d{3,}$/.test(digits)) return writeMoney(digits, money);
  return isPlain ? dropAnd(writeCardinal(digits)) : writeDecimal(digits);
}

function writeDecimal(digits: string): string {
  const [whole = '', fraction = ''] = digits.split('.');
  return `${whole ? `${dropAnd(writeWhole(whole))} ` : ''}point ${spellDigits(fraction)}`;
}

/** Versions, addresses: "2.0.1" → "two zero one". */
function writeDotted(digits: string): string {
  return digits
    .split('.')
    .filter((part) => part !== '')
    .map((part) =>
      part.startsWith('0') || (part.length !== 2 && /[1-9]/.test(part.slice(1)))
        ? spellDigits(part)
        : dropAnd(writeWhole(part)),
    )
    .join(' ');
}

/** After letters: "F-16" sixteen, "room B101" one oh one, "X500" five hundred, "A1234" digit by digit. */
function writeInGroups(digits: string): string {
  if (digits.startsWith('0') || digits.length > 3) return spellDigits(digits);
  if (digits.length < 3 || digits.endsWith('00')) return dropAnd(writeCardinal(digits));
  if (digits[1] === '0') return `${writeDigit(digits[0]!)} O ${writeDigit(digits[2]!)}`;
  return `${writeDigit(digits[0]!)} ${dropAnd(writeCardinal(digits.slice(1)))}`;
}

function writeMoney(digits: string, { unit, part }: { unit: string; part: string }): string {
  const [whole = '', fraction = ''] = digits.split('.');
  const units = whole.replace(/^0+/, '');
  const parts = fraction.padEnd(2, '0').replace(/^0+/, '');
  const spoken: string[] = [];
  if (units !== '' || parts === '')
    spoken.push(`${dropAnd(writeWhole(units || '0'))} ${unit}${units === '1' ? '' : 's'}`);
  if (parts !== '')
    spoken.push(`${dropAnd(writeCardinal(parts))} ${part}${parts === '1' || part === 'pence' ? '' : 's'}`);
  return spoken.join(' and ');
}

function writeWhole(digits: string): string {
  return digits.length > longestNamedNumber ? spellDigits(digits) : writeCardinal(digits);
}

function spellDigits(digits: string): string {
  return [...digits].map(writeDigit).join(' ');
}

/** American: no "and" inside a number. */
function dropAnd(words: string): string {
  return words.replaceAll(' and ', ' ').replace(/^and /, '');
}

function pronounceWords(words: string, lexicon: Lexicon): string {
  return words
    .split(/[ -]/)
    .map((word) => {
      if (word === 'point' || word === 'O') return changeStress(lexicon.lookPlain(word), 'none');
      if (/^(?:dollar|cent|pound|euro)s$/.test(word)) return addS(lexicon.lookPlain(word.slice(0, -1)));
      return lexicon.lookPlain(word);
    })
    .join(' ');
}
