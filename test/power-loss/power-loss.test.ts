// A short power-loss suite; the long one: npm run power-loss.
import { expect, test } from 'vitest';
import { hasCompiler } from '../helpers/disk-shim.ts';
import { runPowerLossSuite } from './suite.ts';

test.skipIf(!hasCompiler)(
  'whatever a power cut does to unsynced writes, acknowledged jobs and whole results are there (needs Linux and cc)',
  async () => {
    const seed = Math.floor(Math.random() * 1_000_000);
    const report = await runPowerLossSuite({ states: 10, daemons: 1, seed });
    expect(report.problems, `npm run power-loss -- --seed ${seed}`).toEqual([]);
    expect(report).toMatchObject({ states: 10, byDaemon: 1 });
    expect(report.syncs).toBeGreaterThan(20);
  },
  300_000,
);
