// npm run power-loss -- --states 2000 [--daemons 50] [--seed 7]. Exit code 1 when a promise was broken.
import { parseArgs } from 'node:util';
import { hasCompiler } from '../helpers/disk-shim.ts';
import { runPowerLossSuite } from './suite.ts';

const { values } = parseArgs({
  options: {
    states: { type: 'string', default: '500' },
    daemons: { type: 'string' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
  },
});
const states = Number(values.states);
const daemons = Number(values.daemons ?? Math.ceil(states / 40));
const seed = Number(values.seed);
if (![states, daemons, seed].every(Number.isSafeInteger) || states < 1) {
  process.stderr.write('Usage: npm run power-loss -- [--states N] [--daemons N] [--seed S]\n');
  process.exit(2);
}
if (!hasCompiler) {
  process.stderr.write('power-loss: needs Linux and a C compiler (cc)\n');
  process.exit(2);
}

const startedMs = performance.now();
const report = await runPowerLossSuite({ states, daemons, seed });
const SHOWN = 30;
for (const problem of report.problems.slice(0, SHOWN)) process.stdout.write(`BROKEN: ${problem}\n`);
process.stdout.write(
  `changes ${report.changes} (syncs ${report.syncs}), acknowledged ${report.acknowledged}, states ${report.states} ` +
    `(distinct ${report.distinct}, by a whole daemon ${report.byDaemon}), broken ${report.problems.length}, ` +
    `seed ${seed}, ${Math.round((performance.now() - startedMs) / 1000)} s\n`,
);
process.exit(report.problems.length === 0 ? 0 : 1);
