// A dozen sequences; thousands of them: npm run properties -- --runs 5000.
import { expect, test } from 'vitest';
import { runProperties } from './suite.ts';

test('whatever clients do, in whatever order, every answer agrees with those before it', async () => {
  const seed = Math.floor(Math.random() * 1_000_000);
  const report = await runProperties({ runs: 12, seed });
  expect(report.failure, `npm run properties -- --seed ${seed}`).toBeUndefined();
  expect(report).toMatchObject({ sequences: 12 });
  expect(report.acknowledged).toBeGreaterThan(12);
});
