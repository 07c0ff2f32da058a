// Points in time as people type them: `--at`, `--in`, `--since`.
import { TtsError } from '../api/errors.ts';
import { type Options, parseDurationMs, parseFlag } from './options.ts';

/** When a job may start, as ISO 8601; undefined means at once. */
export function parseStart(options: Options, nowMs: number): string | undefined {
  if (options.at !== undefined && options.in !== undefined) {
    throw new TtsError('usage', '--at and --in say the same thing twice: give one of them.');
  }
  if (options.in !== undefined) return shiftTime('--in', options.in, nowMs, 1);
  return options.at === undefined ? undefined : parseMoment('--at', options.at, nowMs, 'next').toISOString();
}

/** `2h` ago, `14:30`, or a date; as ISO 8601. */
export function parseSince(word: string, nowMs: number): string {
  if (/^(\d+(\.\d+)?[smhdw])+$/.test(word)) return shiftTime('--since', word, nowMs, -1);
  return parseMoment('--since', word, nowMs, 'last', 'how long ago (2h, 1d) or ').toISOString();
}

function shiftTime(flag: string, duration: string, nowMs: number, sign: 1 | -1): string {
  const moment = new Date(nowMs + sign * parseFlag(flag, parseDurationMs, duration));
  if (!Number.isNaN(moment.getTime())) return moment.toISOString();
  throw new TtsError('usage', `${flag}: ${duration} is longer than time is counted.`);
}

/** A clock time without a date is the next or the last time the clock shows it. */
function parseMoment(flag: string, word: string, nowMs: number, side: 'next' | 'last', other = ''): Date {
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(word);
  if (clock) {
    const moment = new Date(nowMs);
    moment.setHours(Number(clock[1]), Number(clock[2]), 0, 0);
    if (side === 'next' && moment.getTime() <= nowMs) moment.setDate(moment.getDate() + 1);
    if (side === 'last' && moment.getTime() > nowMs) moment.setDate(moment.getDate() - 1);
    return moment;
  }
  // A bare date is meant in local time, like one with a time; JavaScript reads it as UTC.
  const moment = new Date(/^\d{4}-\d{2}-\d{2}$/.test(word) ? `${word}T00:00` : word);
  const [date] = /^\d{4}-\d{2}-\d{2}/.exec(word) ?? [];
  if (date && !Number.isNaN(moment.getTime()) && isOnCalendar(date)) return moment;
  throw new TtsError(
    'usage',
    `${flag}: expected ${other}a time such as 18:30, 2027-01-31, 2027-01-31T18:30 or 2027-01-31T18:30Z, got "${word}".`,
  );
}

/** JavaScript moves a day that a month does not have, such as 31 February, into the next month. */
function isOnCalendar(date: string): boolean {
  const midnight = new Date(`${date}T00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
}
