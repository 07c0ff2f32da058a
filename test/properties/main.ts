// npm run properties -- --runs 5000 [--seed 7]: random sequences of requests against a model, as many as wanted. Prints the
// shortest sequence found that breaks a promise; exit code 1 then.
import { parseArgs } from 'node:util';
import { type PropertiesReport, runProperties } from './suite.ts';

const SHOW_EVERY = 250;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
  },
});
const runs = Number(values.runs);
const seed = Number(values.seed);
if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('Usage: npm run properties -- [--runs N] [--seed S]\n');
  process.exit(2);
}

const startedMs = performance.now();
const report = await runProperties({
  runs,
  seed,
  onSequence: (soFar) => {
    if (soFar.sequences % SHOW_EVERY === 0) print(summarise(soFar));
  },
});
if (report.failure !== undefined) print(report.failure);
print(`${summarise(report)}, seed ${seed}, ${Math.round((performance.now() - startedMs) / 1000)} s`);
process.exit(report.failure === undefined ? 0 : 1);

function summarise({ sequences, commands, kills, acknowledged, failure }: PropertiesReport): string {
  return `sequences ${sequences}, commands ${commands}, kills ${kills}, acknowledged ${acknowledged}, broken ${failure === undefined ? 0 : 1}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
