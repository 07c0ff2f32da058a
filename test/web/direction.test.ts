import { expect, test } from 'vitest';
import { findDirection } from '../../src/web/speak/direction.ts';

test('short texts are left to the browser', () => {
  expect(findDirection('')).toBe('auto');
  expect(findDirection('مرحبا')).toBe('auto');
});

test.each([
  ['Latin', '1. “Words”', 'ltr'],
  ['Greek', 'Λόγος', 'ltr'],
  ['Chinese', '日本', 'ltr'],
  ['Arabic', '12 – مرحبا Hello', 'rtl'],
  ['Hebrew', '(שלום)', 'rtl'],
  ['Adlam, beyond the first 65536', '𞤀', 'rtl'],
  ['no letter at all', '12345', 'ltr'],
])('of a long text the first letter decides: %s', (_script, beginning, direction) => {
  expect(findDirection(beginning + ' 1'.repeat(20_000))).toBe(direction);
});
