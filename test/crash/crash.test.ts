// Twenty rounds of the crash suite; more of them: npm run crash -- --rounds 1000.
import { expect, test } from 'vitest';
import { runCrashSuite } from './suite.ts';

test('twenty kills of ttsd and its engine hosts lose, double and spoil nothing that was acknowledged', async () => {
  const seed = Math.floor(Math.random() * 1_000_000);
  const report = await runCrashSuite({ rounds: 20, seed });
  expect(report.problems, `npm run crash -- --seed ${seed}`).toEqual([]);
  expect(report).toMatchObject({ rounds: 20, lost: 0, doubled: 0, wrongBytes: 0, wrongState: 0 });
  expect(report.acknowledged).toBeGreaterThan(20);
}, 300_000);
