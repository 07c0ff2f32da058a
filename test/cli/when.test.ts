import { expect, test } from 'vitest';
import { parseDurationMs } from '../../src/cli/options.ts';
import { parseSince, parseStart } from '../../src/cli/when.ts';

const NOON = new Date(2027, 0, 15, 12, 0, 0).getTime();
const HOUR_MS = 3_600_000;

test.each([
  ['90', 90_000],
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['2d', 172_800_000],
])('%s is a duration', (word, durationMs) => {
  expect(parseDurationMs(word)).toBe(durationMs);
});

test.each(['', 'soon', '10 m', '-5m', '5x', 'h'])('"%s" is none', (word) => {
  expect(() => parseDurationMs(word)).toThrow('expected a duration');
});

test('a clock time that has passed means tomorrow for --at and today for --since', () => {
  expect(parseStart({ at: '11:00' }, NOON)).toBe(new Date(NOON + 23 * HOUR_MS).toISOString());
  expect(parseStart({ at: '13:00' }, NOON)).toBe(new Date(NOON + HOUR_MS).toISOString());
  expect(parseSince('11:00', NOON)).toBe(new Date(NOON - HOUR_MS).toISOString());
  expect(parseSince('13:00', NOON)).toBe(new Date(NOON - 23 * HOUR_MS).toISOString());
});

test('a date without a time zone is local', () => {
  expect(parseSince('2027-01-15', NOON)).toBe(new Date(NOON - 12 * HOUR_MS).toISOString());
  expect(parseStart({ at: '2027-01-31T18:30Z' }, NOON)).toBe('2027-01-31T18:30:00.000Z');
});

test.each(['2027-02-31', '2027-02-29', '2027-04-31T18:30', '2027-02-30T18:30Z', '2027-13-01'])(
  '%s is on no calendar and is refused, not moved to another day',
  (word) => {
    expect(() => parseStart({ at: word }, NOON)).toThrow(`--at: expected a time`);
    expect(() => parseSince(word, NOON)).toThrow(`got "${word}"`);
  },
);

test('29 February of a leap year is a date', () => {
  expect(parseStart({ at: '2028-02-29T10:00Z' }, NOON)).toBe('2028-02-29T10:00:00.000Z');
});

test('a duration that leads beyond the end of time is refused', () => {
  expect(() => parseStart({ in: '99999999999w' }, NOON)).toThrow('--in: 99999999999w is longer');
  expect(() => parseSince('99999999999w', NOON)).toThrow('--since: 99999999999w is longer');
});

test('--at and --in together are refused', () => {
  expect(() => parseStart({ at: '18:30', in: '10m' }, NOON)).toThrow('--at and --in');
});
