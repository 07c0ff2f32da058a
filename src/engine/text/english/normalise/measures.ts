// Units, degrees, fractions, ratios and ranges behind or between numbers.
import type { MappedText } from '../mapped-text.ts';
import { writeOrdinal } from '../number-words.ts';
import { type NormaliseTables, writeAlternatives } from './tables.ts';

const moreUnits: Record<string, readonly [string, string]> = {
  m: ['meter', 'meters'],
  g: ['gram', 'grams'],
  L: ['liter', 'liters'],
  h: ['hour', 'hours'],
  V: ['volt', 'volts'],
  W: ['watt', 'watts'],
  dB: ['decibel', 'decibels'],
  'm/s': ['meter per second', 'meters per second'],
  'km²': ['square kilometer', 'square kilometers'],
  'm²': ['square meter', 'square meters'],
  'm³': ['cubic meter', 'cubic meters'],
  'cm³': ['cubic centimeter', 'cubic centimeters'],
};
const degrees = /(\d) ?° ?([CFK](?!\p{L}))?/gu;
const scales = new Map([
  ['C', ' Celsius'],
  ['F', ' Fahrenheit'],
  ['K', ' Kelvin'],
]);
const feetAndInches = /(?<![\w'])(\d{1,3})' ?(\d{1,2})(?:"|'')(?!\w)/g;
const fraction = /(?<![\w/.,])(?:(\d{1,6})[ -])?(\d{1,3})[/⁄](\d{1,3})(?![\w/]|[.,]\d)/g;
const fractionSign = /(?:(\d) ?)?([½¼¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])/g;
const dimensions = /(\d) ?[xX] ?(?=\d)/g;
const ratio = /(?<![\w:.])(\d{1,4}):(\d{1,4})(?![\w:]|\.\d)/g;
const range =
  /(?<![\w.,/:–-])(\d{1,9}(?:[.,]\d{1,9}){0,3}) ?[-–] ?(\d{1,9}(?:[.,]\d{1,9}){0,3})(?![\w/:–-]|[.,]\d)/g;
const denominators = new Set([2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 32, 64, 100]);

export function makeMeasureRules(tables: NormaliseTables): (text: MappedText) => void {
  const units = { ...moreUnits, ...tables.units };
  const unit = new RegExp(
    `(?<![\\w.])(\\d(?:[\\d.,]{0,30}\\d)?)( ?)(${writeAlternatives(Object.keys(units))})(?![\\p{L}\\d²³]|/\\p{L})(?:\\.(?= [\\p{Ll}\\d]))?`,
    'gu',
  );
  return (text) => {
    if (!/[\d½¼¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]/.test(text.text)) return;
    text.replace(feetAndInches, ([, feet, inches]) => `${feet} foot ${inches}`);
    text.replace(fraction, ([, whole, top, bottom]) => {
      const spoken = writeFraction(Number(top), Number(bottom));
      if (spoken === undefined) return whole === undefined ? `${top} ${bottom}` : undefined;
      return whole === undefined ? spoken : `${whole} and ${spoken}`;
    });
    text.replace(fractionSign, ([, whole, sign]) => {
      const [top, bottom] = sign!.normalize('NFKC').split('⁄').map(Number) as [number, number];
      return `${whole === undefined ? '' : `${whole} and `}${writeFraction(top, bottom)}`;
    });
    text.replace(range, ([match, from, to]) => (isWrittenAlike(match!) ? `${from} to ${to}` : undefined));
    text.replace(ratio, ([, left, right]) => `${left} to ${right}`);
    text.replace(dimensions, ([, digit]) => `${digit} by `);
    text.replace(degrees, ([, digit, scale]) => `${digit} degrees${scales.get(scale ?? '') ?? ''}`);
    text.replace(unit, ([, value, , name]) => {
      const [one, many] = units[name!]!;
      return `${value} ${value === '1' ? one : many}`;
    });
  };
}

/** `undefined` where it is no common fraction: "24/7", "50/50". */
function writeFraction(top: number, bottom: number): string | undefined {
  if (top >= bottom || top === 0 || !denominators.has(bottom)) return undefined;
  if (bottom === 2) return '1 half';
  const part = bottom === 4 ? 'quarter' : writeOrdinal(String(bottom));
  return `${top} ${part}${top === 1 ? '' : 's'}`;
}

/** "3 -5" is a negative number, not a range. */
function isWrittenAlike(range: string): boolean {
  return !/\d -\d/.test(range);
}
