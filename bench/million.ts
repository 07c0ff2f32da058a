// A table of a million jobs beside one of a thousand: submit, claim, cancel, status, every list, and the start. What is
// asked at every request must not take longer in the long table. Both have as many jobs queued, and fill every page.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDatabase } from '../src/daemon/jobs/side-thread.ts';
import { openSqliteStore, type SqliteStore } from '../src/daemon/jobs/sqlite-store.ts';
import { startDaemon } from '../test/helpers/daemon.ts';
import { type Ask, QUESTIONS } from './million/questions.ts';
import { putTable } from './million/table.ts';
import { readRssMib } from './processes.ts';
import { getMedian, getQuantile } from './statistics.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const SIZES = { small: 1000, large: 1_000_000 };
/** The first calls fetch pages that nobody has asked for yet, and do not count. */
const WARM_CALLS = 50;
const CALLS = 1500;
/** On a machine with much else to do there are fewer calls to a question. */
const LONGEST_MS = 8000;
const LEAST_CALLS = 300;
const STARTS = 4;

const AMONG = `${SIZES.large} jobs beside ${SIZES.small}`;

export const million: Benchmark = {
  name: 'million',
  onlyByName: true,
  async run() {
    const dir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'ttsd-bench-'));
    try {
      return await compare(dir);
    } finally {
      rmSync(dir, { recursive: true });
    }
  },
};

async function compare(dir: string): Promise<Row[]> {
  for (const size of ['small', 'large'] as const) putTable(join(dir, size), SIZES[size]);
  const small = await open(join(dir, 'small'));
  const large = await open(join(dir, 'large'));
  const rows: Row[] = [];
  for (const [name, ask] of Object.entries(QUESTIONS)) {
    const row = await compareCalls(name, ask, { small, large });
    console.error(`  ${name}: ${row.ours} beside ${row.beside}, ${row.ratio}`);
    rows.push(row);
  }
  await small.close();
  await large.close();
  const checks = { small: await timeCheck(join(dir, 'small')), large: await timeCheck(join(dir, 'large')) };
  rows.push({
    what: `check of all pages, beside the work, ${AMONG}`,
    ours: formatMs(checks.large),
    beside: formatMs(checks.small),
    ratio: formatRatio(checks.large, checks.small),
    goal: '',
  });
  return [...rows, ...(await compareStarts(dir))];
}

async function timeCheck(dataDir: string): Promise<number> {
  const beganMs = performance.now();
  const damage = await checkDatabase(join(dataDir, 'ttsd.db'));
  if (damage !== null) throw new Error(damage);
  return performance.now() - beganMs;
}

/** The daemon from its start until it answers, and what it then holds. */
async function compareStarts(dir: string): Promise<Row[]> {
  const config = join(dir, 'config.yaml');
  writeFileSync(config, 'job_queue: {job_ttl_hours: 87600, max_finished_jobs: 10000000}\n');
  const found = { small: [] as Start[], large: [] as Start[] };
  for (let round = 0; round < STARTS; round++)
    for (const size of ['small', 'large'] as const) found[size].push(await start(join(dir, size), config));
  const median = (size: keyof typeof found, name: keyof Start) =>
    getMedian(found[size].map((one) => one[name]));
  return [
    {
      what: `start of ttsd until it answers, ${AMONG}`,
      ours: formatMs(median('large', 'ms')),
      beside: formatMs(median('small', 'ms')),
      ratio: formatRatio(median('large', 'ms'), median('small', 'ms')),
      goal: '≤ 1.5',
    },
    {
      what: `memory of ttsd then, ${AMONG}`,
      ours: `${median('large', 'mib').toFixed(0)} MiB`,
      beside: `${median('small', 'mib').toFixed(0)} MiB`,
      ratio: formatRatio(median('large', 'mib'), median('small', 'mib')),
      goal: '≤ 1.5',
    },
  ];
}

interface Start {
  ms: number;
  mib: number;
}

async function start(dataDir: string, config: string): Promise<Start> {
  const beganMs = performance.now();
  const daemon = await startDaemon({ dataDir, config });
  const ms = performance.now() - beganMs;
  const mib = readRssMib(daemon.endpoint.pid);
  await daemon.stop();
  return { ms, mib };
}

function open(dataDir: string): Promise<SqliteStore> {
  return openSqliteStore({
    dataDir,
    onFailure: (error: Error) => {
      throw error;
    },
  });
}

/** Call by call in turns, each first as often as the other, so that a busy moment of the machine falls on both. */
async function compareCalls(
  name: string,
  ask: Ask,
  { small, large }: { small: SqliteStore; large: SqliteStore },
): Promise<Row> {
  const ms = { small: [] as number[], large: [] as number[] };
  const askSmall = async (call: number) => ms.small.push(await time(() => ask(small, SIZES.small, call)));
  const askLarge = async (call: number) => ms.large.push(await time(() => ask(large, SIZES.large, call)));
  const beganMs = performance.now();
  for (let call = 0; call < CALLS; call++) {
    if (call > LEAST_CALLS && performance.now() - beganMs > LONGEST_MS) break;
    const [first, second] = call % 2 === 0 ? [askSmall, askLarge] : [askLarge, askSmall];
    await first(call);
    await second(call);
  }
  return toRow(name, ms.large.slice(WARM_CALLS), ms.small.slice(WARM_CALLS));
}

async function time(ask: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await ask();
  return performance.now() - beganMs;
}

function toRow(what: string, large: number[], small: number[]): Row {
  const describe = (ms: number[]) => `p50 ${formatMs(getMedian(ms))}, p99 ${formatMs(getQuantile(ms, 0.99))}`;
  return {
    what: `${what}, a million jobs beside a thousand`,
    ours: describe(large),
    beside: describe(small),
    ratio: `${formatRatio(getMedian(large), getMedian(small))}; p99 ${formatRatio(getQuantile(large, 0.99), getQuantile(small, 0.99))}`,
    goal: 'p99 ≤ 1.5',
  };
}
