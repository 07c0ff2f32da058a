// npm run soak -- --minutes N: mixed load with kills for as long as is asked. Every minute a line of figures, at the end
// a verdict; exit code 1 when a job was lost or a ceiling was broken.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeDataDir, removeDataDirs } from '../helpers/daemon.ts';
import { SoakLoad } from './load.ts';
import { CEILINGS, measure } from './measure.ts';

const KILL_EVERY_MS = 40_000;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes must be above 0, got ${values.minutes}`);

const dataDir = await makeDataDir();
const config = join(dataDir, 'config.yaml');
// Small enough that retention and eviction have something to do the whole time.
writeFileSync(
  config,
  'job_queue:\n  job_ttl_hours: 0.1\n  cleanup_interval_sec: 20\n  chunk_cache_bytes: 67108864\n  max_result_bytes: 268435456\n',
);
const load = await SoakLoad.start({ dataDir, config });
const broken: string[] = [];
const endMs = performance.now() + minutes * 60_000;
const working = load.runUntil(endMs);
let minute = 0;
let nextKillMs = performance.now() + KILL_EVERY_MS;
let nextLineMs = performance.now() + 60_000;
while (performance.now() < endMs) {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  if (performance.now() > nextKillMs) {
    await load.kill();
    nextKillMs = performance.now() + KILL_EVERY_MS * (0.5 + Math.random());
  }
  if (performance.now() < nextLineMs) continue;
  nextLineMs += 60_000;
  minute++;
  const figures = await measure(load.daemon.endpoint.pid, dataDir);
  for (const [name, ceiling] of Object.entries(CEILINGS)) {
    const value = figures[name as keyof typeof CEILINGS];
    if (value > ceiling) broken.push(`minute ${minute}: ${name} ${value} above ${ceiling}`);
  }
  console.log(JSON.stringify({ minute, ...figures, ...load.counts }));
}
await working;
await load.settle();
const verdict = load.counts.lost + load.counts.doubled + load.counts.wrongBytes === 0 && broken.length === 0;
console.log(JSON.stringify({ end: true, ...load.counts, broken }));
console.log(verdict ? 'soak: passed' : 'soak: FAILED');
await load.daemon.stop();
await removeDataDirs();
process.exit(verdict ? 0 : 1);
