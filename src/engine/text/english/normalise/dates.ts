// Dates in digits and with month names; times of day.
import { type MappedText, rewriteWhole } from '../mapped-text.ts';
import { writeCardinal, writeOrdinal } from '../number-words.ts';
import { type NormaliseTables, writeAlternatives } from './tables.ts';

const isoDate = /(?<![\w-])(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\w-])/g;
const slashDate = /(?<![\w/])(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})(?![\w/])/g;
const timeRange = /(?<=\d ?[ap]\.?m\.?|[ap]m|:\d\d|o'clock) ?[-–] ?(?=\d)/giu;
const time =
  /(?<![\d:.])([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?: ?([ap])(\.?)m(?![\p{L}\d])(\.?))?(?![\d:])/giu;

export function makeDateRules(tables: NormaliseTables): (text: MappedText) => void {
  const months = Object.values(tables.months);
  const full = writeAlternatives(months);
  const short = `${writeAlternatives(months.map((month) => month.slice(0, 3)))}|Sept`;
  const monthDay = new RegExp(
    `\\b(${full}|(?:${short})\\.?) (\\d{1,2})(?:st|nd|rd|th)?(?![\\w:]|[.,]\\d|-\\d|%)`,
    'g',
  );
  const dayMonth = new RegExp(
    `(?<![\\w.,:$£€-])(the )?(\\d{1,2})(?:st|nd|rd|th)?(?: of)? (?:(${full})\\b|(${short})(?:\\.| (?=\\d{4}\\b)))`,
    'g',
  );
  const nameMonth = (written: string): string => tables.months[written.slice(0, 3).toLowerCase()] ?? written;

  return (text) => {
    if (!/\d/.test(text.text)) return;
    text.replace(isoDate, ([match, year, month, day]) =>
      rewriteWhole(match!, `${months[Number(month) - 1]} ${writeOrdinal(day!)}, ${year}`),
    );
    text.replace(slashDate, ([match, first, second, year]) => {
      const [month, day] = Number(first) > 12 ? [second!, first!] : [first!, second!];
      if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return undefined;
      return rewriteWhole(
        match!,
        `${months[Number(month) - 1]} ${writeOrdinal(day)}, ${completeYear(year!)}`,
      );
    });
    text.replace(monthDay, ([, month, day]) =>
      isDay(day!) ? `${nameMonth(month!)} ${writeOrdinal(day!)}` : undefined,
    );
    text.replace(dayMonth, ([match, the, day, month, abbreviated]) => {
      if (!isDay(day!)) return undefined;
      const gap = abbreviated !== undefined && match!.endsWith(' ') ? ' ' : '';
      return `${the === undefined ? 'the ' : the}${writeOrdinal(day!)} of ${nameMonth((month ?? abbreviated)!)}${gap}`;
    });
    text.replace(timeRange, () => ' to ');
    text.replace(time, (match) => writeTime(match, text.text));
  };
}

function isDay(digits: string): boolean {
  return Number(digits) >= 1 && Number(digits) <= 31;
}

function completeYear(year: string): string {
  if (year.length === 4) return year;
  return (Number(year) >= 70 ? '19' : '20') + year;
}

function writeTime(
  [match, hours, minutes, seconds, half, dot, lastDot]: RegExpExecArray,
  text: string,
): string {
  const parts = [writeCardinal(hours!)];
  if (minutes === '00' && half === undefined && seconds === undefined)
    parts.push(Number(hours) >= 1 && Number(hours) <= 12 ? "o'clock" : 'hundred');
  else if (minutes !== '00')
    parts.push(minutes!.startsWith('0') ? `oh ${writeCardinal(minutes!)}` : writeCardinal(minutes!));
  if (seconds !== undefined) parts.push(`and ${writeCardinal(seconds)} second${seconds === '01' ? '' : 's'}`);
  if (half !== undefined) parts.push(`${half.toUpperCase()}.M.`);
  // "pm." ends a sentence; so does "p.m." where nothing follows.
  const endsText = lastDot === '.' && (dot === '' || text.endsWith(match));
  return parts.join(' ') + (endsText ? ' .' : '');
}
