// Amounts that need more than reading the number: magnitudes, signs of other currencies, codes, ranges.
import type { MappedText } from '../mapped-text.ts';
import { type NormaliseTables, writeAlternatives } from './tables.ts';

const magnitudes = new Map([
  ['k', 'thousand'],
  ['m', 'million'],
  ['mn', 'million'],
  ['b', 'billion'],
  ['bn', 'billion'],
  ['tn', 'trillion'],
  ['t', 'trillion'],
]);
const countries = new Map([
  ['US', 'U.S.'],
  ['A', 'Australian'],
  ['AU', 'Australian'],
  ['C', 'Canadian'],
  ['CA', 'Canadian'],
  ['NZ', 'New Zealand'],
  ['HK', 'Hong Kong'],
]);
const amount = String.raw`(\d(?:[\d,]{0,30}\d)?(?:\.\d{1,30})?)`;

export function makeMoneyRules({ currency }: NormaliseTables): (text: MappedText) => void {
  const signs = writeAlternatives(Object.keys(currency).filter((name) => name !== '¢'));
  const codes = writeAlternatives(Object.keys(currency).filter((name) => /^[A-Z]{3}$/.test(name)));
  const range = new RegExp(`([$£€])${amount} ?[-–] ?\\1?(?=\\d)`, 'g');
  const big = new RegExp(
    `(?<![\\w])(${signs}) ?${amount}(?: (thousand|million|billion|trillion)|([kKmMbBtT]n?))(?![\\w])`,
    'g',
  );
  const foreign = new RegExp(
    `(?<![\\w])(US|AU?|CA?|NZ|HK)\\$ ?${amount}( thousand| million| billion| trillion)?(?!\\w)`,
    'g',
  );
  const leading = new RegExp(`(?<![\\w])(${signs})\\.? ?${amount}(?![\\w])`, 'g');
  const trailing = new RegExp(`(?<![\\w.,])${amount}(?: (?=[A-Z])(${codes})(?!\\w)|([$£€¥₹₩¢]))`, 'g');
  const negative = /(?<![\w.])-(?=[$£€]\d)/g;
  const name = (sign: string, value: string): string => currency[sign]![value === '1' ? 0 : 1];

  return (text) => {
    if (!/\d/.test(text.text)) return;
    text.replace(negative, () => 'minus ');
    text.replace(range, ([, sign, from]) => `${from} to ${sign}`);
    text.replace(foreign, ([, country, value, scale]) => {
      const unit = value === '1' && scale === undefined ? 'dollar' : 'dollars';
      return `${value}${scale ?? ''} ${countries.get(country!)} ${unit}`;
    });
    text.replace(big, ([, sign, value, word, letters]) => {
      const scale = word ?? magnitudes.get(letters!.toLowerCase());
      return scale === undefined ? undefined : `${value} ${scale} ${currency[sign!]![1]}`;
    });
    text.replace(leading, ([, sign, value]) =>
      /^[$£€]$/.test(sign!) ? undefined : `${value} ${name(sign!, value!)}`,
    );
    text.replace(trailing, ([, value, code, sign]) => `${value} ${name((code ?? sign)!, value!)}`);
  };
}
