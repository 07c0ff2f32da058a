// A table of a million jobs beside one of a thousand: submit, claim, cancel, status, every list, and the start. What is
// asked at every request must not take longer in the long table. Both have as many jobs queued, and fill every page.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../src/daemon/jobs/database.ts';
import { checkDatabase } from '../src/daemon/jobs/side-thread.ts';
import { openSqliteStore, type SqliteStore } from '../src/daemon/jobs/sqlite-store.ts';
import type { ListQuery } from '../src/daemon/jobs/store.ts';
import { makeJob } from '../test/daemon/jobs/samples.ts';
import { startDaemon } from '../test/helpers/daemon.ts';
import { readRssMib } from './processes.ts';
import { getMedian, getQuantile } from './statistics.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const SIZES = { small: 1000, large: 1_000_000 };
/** The same in both: a claim must find as much to choose from, and every list a whole page. */
const QUEUED = 300;
const PAGE = 51;
const CALLS = 600;
const STARTS = 4;
/** Whatever is still to be asked then is left out, and said so. */
const LONGEST_MS = 7 * 60_000;
const FIRST_MS = Date.UTC(2026, 0, 1);
/** A hundred days of jobs at a steady pace, however many there are. */
const SPAN_MS = 100 * 86_400_000;

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
  fill(join(dataDir, 'ttsd.db'), size);
  return openSqliteStore(options);
}

/**
 * Of ten jobs six completed, two failed, two cancelled, but the last QUEUED wait; four labels. The results have expired,
 * for there are no files. The queue is paused. Without the triggers, whose work is done at the end for all together.
 */
function fill(file: string, size: number): void {
  const db = openDatabase(file);
  db.pragma('cache_size = -400000');
  const triggers = db
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'jobs'")
    .all() as { name: string; sql: string }[];
  const insert = db.prepare(`
    WITH RECURSIVE
      number (seq) AS (VALUES (CAST(@from AS INTEGER)) UNION ALL SELECT seq + 1 FROM number WHERE seq < @to),
      kind (seq, at, state) AS (
        SELECT seq, @firstMs + CAST(1.0 * seq / @size * @spanMs AS INTEGER), CASE
          WHEN seq > @size - @queued THEN 'queued'
          WHEN seq / 10 % 10 IN (5, 6) THEN 'failed'
          WHEN seq / 10 % 10 IN (7, 8) THEN 'cancelled'
          ELSE 'completed'
        END
        FROM number
      )
    INSERT INTO jobs (
      seq, change_seq, id, state, class, priority, ahead, label, spec, text_chars, text_preview, warnings, created_at,
      attempt, crashes, done_chars, done_chunks, total_chunks, started_at, finished_at, error_code, error_message,
      result_file, result_format, result_bytes, result_sha256, result_audio_ms, fetched_at, expired_at
    )
    SELECT seq, seq, printf('%08x-0000-4000-8000-%012d', seq * 2654435761 % 4294967296, seq), state, 'batch', 0, 0,
      'book ' || (seq % 4), @spec, 120, 'It was a bright cold day in April.', '[]', at, 1, 0, 0, 0, 0,
      IIF(state = 'completed', at, NULL), IIF(state = 'queued', NULL, at), IIF(state = 'failed', 'internal', NULL),
      IIF(state = 'failed', 'x', NULL), IIF(state = 'completed', seq || '.wav', NULL),
      IIF(state = 'completed', 'wav', NULL), IIF(state = 'completed', 100000, NULL),
      IIF(state = 'completed', hex(randomblob(32)), NULL), IIF(state = 'completed', 2000, NULL),
      IIF(state = 'completed', at, NULL), IIF(state = 'completed', at, NULL)
    FROM kind`);
  const spec = JSON.stringify(makeJob().spec);
  const parts = Math.max(1, size / 100_000);
  db.transaction(() => {
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    for (let part = 0; part < parts; part++) {
      const [from, to] = [(part * size) / parts + 1, ((part + 1) * size) / parts];
      insert.run({ from, to, size, queued: QUEUED, firstMs: FIRST_MS, spanMs: SPAN_MS, spec });
      console.error(`  ${to} of ${size} jobs`);
    }
    db.exec(`
      INSERT INTO texts SELECT seq, text_preview FROM jobs WHERE state <> 'completed';
      UPDATE change_counter SET last = (SELECT MAX(seq) FROM jobs);
      INSERT INTO accepted_minutes SELECT created_at / 60000, MIN(seq) FROM jobs GROUP BY 1;
      UPDATE queue_counts SET jobs = ${QUEUED}, chars = ${QUEUED} * 120 WHERE class = 'batch';
      INSERT INTO turns VALUES ('batch', 'local', ${QUEUED}, ${QUEUED} * 120, 0, 0);
      INSERT INTO notes VALUES ('paused_since', '2026-01-01T00:00:00.000Z');`);
    for (const { sql } of triggers) db.exec(sql);
  })();
  db.close();
}

/** The same number always names the same job; scattered as random ids are. */
function toId(seq: number): string {
  const scattered = ((seq * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0');
  return `${scattered}-0000-4000-8000-${String(seq).padStart(12, '0')}`;
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
