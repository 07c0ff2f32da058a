// A table of a million jobs beside one of a thousand: submit, claim, cancel, status, every list, and the start. What is
// asked at every request must not take longer in the long table. Both have as many jobs queued, and fill every page.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDatabase } from '../src/daemon/jobs/side-thread.ts';
import { openSqliteStore, type SqliteStore } from '../src/daemon/jobs/sqlite-store.ts';
import type { ListQuery } from '../src/daemon/jobs/store.ts';
import { makeJob } from '../test/daemon/jobs/samples.ts';
import { startDaemon } from '../test/helpers/daemon.ts';
import { FIRST_MS, fillTable, QUEUED, SPAN_MS, toId } from './long-table.ts';
import { readRssMib } from './processes.ts';
import { getMedian, getQuantile } from './statistics.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const SIZES = { small: 1000, large: 1_000_000 };
const PAGE = 51;
const CALLS = 600;
const STARTS = 4;
/** Whatever is still to be asked then is left out, and said so. */
const LONGEST_MS = 7 * 60_000;

const AMONG = `${SIZES.large} jobs beside ${SIZES.small}`;

type Ask = (store: SqliteStore, size: number, call: number) => Promise<unknown>;

const QUESTIONS: Record<string, Ask> = {
  submit: (store) => store.submit([makeJob({ class: 'batch' })], Date.now()),
  'submit and cancel': async (store) => {
    const [submitted] = await store.submit([makeJob()], Date.now());
    return store.cancel(submitted!.job.id, Date.now());
  },
  'place in the queue': (store, size, call) => store.getQueuePosition(toId(size - (call % QUEUED))),
  status: (store, size, call) => store.get(toId(1 + ((call * 7919) % size))),
  list: (store) => store.list({ limit: PAGE }),
  'list, a deep page': (store, size) => store.list({ limit: PAGE, beforeSeq: size * 0.6 }),
  ...listsOf('completed', { states: ['completed'] }),
  ...listsOf('failed', { states: ['failed'] }),
  ...listsOf('queued', { states: ['queued'] }, { isAtEnd: true }),
  ...listsOf('failed or cancelled', { states: ['failed', 'cancelled'] }),
  ...listsOf('by label', { label: 'book 3' }),
  ...listsOf('by label and state', { label: 'book 3', states: ['completed'] }),
  // Since when a third of the table was still to come: a page of both, of another length in days.
  ...listsOf('since a time', { since: FIRST_MS + SPAN_MS / 3 }),
  ...listsOf('failed since a time', { since: FIRST_MS + SPAN_MS / 3, states: ['failed'] }),
  // Nothing is found: as long as a stretch takes, so long does it keep others waiting.
  'search, a stretch': (store) => store.search({ words: 'nothing like it', limit: PAGE }),
  'search, a deep stretch': (store, size) =>
    store.search({ words: 'nothing like it', limit: PAGE, beforeSeq: Math.max(1001, size * 0.6) }),
  count: (store) => store.count(),
  // Last: of what is queued there is then no page any more.
  claim: async (store) => {
    const claimed = await store.claim({
      class: 'batch',
      owner: 'bench',
      limit: 1,
      newcomerLimit: 1,
      now: Date.now(),
    });
    if (claimed.length === 0) throw new Error('there was nothing to claim');
  },
};

/** Its first page and one from the middle of the table; `isAtEnd`: from the middle of what is queued. */
function listsOf(
  name: string,
  query: Omit<ListQuery, 'limit'>,
  { isAtEnd = false } = {},
): Record<string, Ask> {
  const ask =
    (find: (size: number) => number | undefined): Ask =>
    async (store, size) => {
      const beforeSeq = find(size);
      const found = await store.list({
        ...query,
        limit: PAGE,
        ...(beforeSeq !== undefined && { beforeSeq }),
      });
      if (found.length !== PAGE) throw new Error(`a page of ${name} had ${found.length} jobs`);
    };
  return {
    [`list ${name}`]: ask(() => undefined),
    [`list ${name}, a deep page`]: ask((size) => (isAtEnd ? size - QUEUED / 2 : size * 0.6)),
  };
}

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
  const beganMs = performance.now();
  const small = await open(join(dir, 'small'), SIZES.small);
  const large = await open(join(dir, 'large'), SIZES.large);
  const rows: Row[] = [];
  for (const [name, ask] of Object.entries(QUESTIONS)) {
    if (performance.now() - beganMs > LONGEST_MS) {
      rows.push({ what: `${name}: no time was left`, ours: '', beside: '', ratio: 'skipped', goal: '' });
      continue;
    }
    const ms = { small: [] as number[], large: [] as number[] };
    // Call by call in turns, so that a busy moment of the machine falls on both.
    for (let call = 0; call < CALLS; call++) {
      ms.small.push(await time(() => ask(small, SIZES.small, call)));
      ms.large.push(await time(() => ask(large, SIZES.large, call)));
    }
    const row = toRow(name, ms.large, ms.small);
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

async function open(dataDir: string, size: number): Promise<SqliteStore> {
  const options = {
    dataDir,
    onFailure: (error: Error) => {
      throw error;
    },
  };
  await (await openSqliteStore(options)).close();
  fillTable(join(dataDir, 'ttsd.db'), size);
  return openSqliteStore(options);
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
