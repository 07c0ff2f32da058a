// npm run crash -- --rounds 1000 [--seed 7]: the crash suite as long as wanted. Exit code 1 when a promise was broken.
import { parseArgs } from 'node:util';
import { type Report, runCrashSuite } from './suite.ts';

/** Of the broken promises of one directory. */
const SHOWN = 30;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed);
if (!Number.isSafeInteger(rounds) || rounds < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('Usage: npm run crash -- [--rounds N] [--seed S]\n');
  process.exit(2);
}

const startedMs = performance.now();
const report = await runCrashSuite({
  rounds,
  seed,
  onDirectory: (soFar, problems) => {
    for (const problem of problems.slice(0, SHOWN)) print(`BROKEN: ${problem}`);
    print(summarise(soFar));
  },
});
for (const [point, kills] of Object.entries(report.kills.points).sort(([, a], [, b]) => b - a))
  print(`  killed at: ${point}: ${kills}`);
print(`${summarise(report)}, seed ${seed}, ${Math.round((performance.now() - startedMs) / 1000)} s`);
process.exit(report.problems.length === 0 ? 0 : 1);

function summarise({
  rounds: done,
  kills,
  submitted,
  acknowledged,
  lost,
  doubled,
  wrongBytes,
  wrongState,
}: Report): string {
  const atPoints = Object.values(kills.points).reduce((sum, count) => sum + count, 0);
  return (
    `rounds ${done}, kills ${kills.ttsd + kills['engine host']} (ttsd ${kills.ttsd}, of these ${atPoints} inside a file operation; ` +
    `engine host ${kills['engine host']}), sent ${submitted}, acknowledged ${acknowledged}, ` +
    `lost ${lost}, doubled ${doubled}, wrong bytes ${wrongBytes}, wrong state ${wrongState}`
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
