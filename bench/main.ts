// npm run bench: every measurement in turn, each beside something else in the same run, and one table at the end.
// npm run bench -- NAME …: only those; --full: the long form of those that have one.

import { cancel } from './cancel.ts';
import { chatterbox } from './chatterbox.ts';
import { crowd } from './crowd.ts';
import { encode } from './encode.ts';
import { eta } from './eta.ts';
import { firstByte } from './first-byte.ts';
import { listeners } from './listeners.ts';
import { memory } from './memory.ts';
import { million } from './million.ts';
import { overhead } from './overhead.ts';
import { page } from './page.ts';
import { queues } from './queues.ts';
import { kokoro, piper } from './rivals.ts';
import { say } from './say.ts';
import { schedule } from './schedule.ts';
import { engine, store } from './scripts.ts';
import { status } from './status.ts';
import { submit } from './submit.ts';
import { sweep } from './sweep.ts';
import { type Benchmark, type Row, renderTable } from './table.ts';

const ALL: readonly Benchmark[] = [
  engine,
  say,
  status,
  store,
  submit,
  overhead,
  memory,
  firstByte,
  listeners,
  crowd,
  encode,
  million,
  page,
  sweep,
  queues,
  schedule,
  eta,
  cancel,
  kokoro,
  piper,
  chatterbox,
];

const isFull = process.argv.includes('--full');
const names = process.argv.slice(2).filter((word) => word !== '--full');
const unknown = names.find((name) => !ALL.some((benchmark) => benchmark.name === name));
if (unknown !== undefined) {
  throw new Error(`There is no benchmark ${unknown}. Known: ${ALL.map(({ name }) => name).join(', ')}`);
}

const rows: Row[] = [];
for (const benchmark of ALL) {
  if (names.length === 0 ? benchmark.onlyByName : !names.includes(benchmark.name)) continue;
  const startMs = performance.now();
  console.error(`${benchmark.name} …`);
  rows.push(...(await benchmark.run({ isFull })));
  console.error(`${benchmark.name} took ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
}
console.log(`\n${renderTable(rows)}`);
