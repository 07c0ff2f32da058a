// A table of a million jobs beside one of a thousand: submit, claim, cancel, status, every list, and the start. What is
// asked at every request must not take longer in the long table.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../src/daemon/jobs/database.ts';
import { checkDatabase } from '../src/daemon/jobs/side-thread.ts';
import { openSqliteStore, type SqliteStore } from '../src/daemon/jobs/sqlite-store.ts';
import { makeJob } from '../test/daemon/jobs/samples.ts';
import { readRssMib } from './processes.ts';
import { getMedian, getQuantile } from './statistics.ts';
import { type Benchmark, formatMs, formatRatio, type Row } from './table.ts';

const SIZES = { small: 1000, large: 1_000_000 };
const ROUNDS = 3;
const CALLS = 200;
const FIRST_MS = Date.UTC(2026, 0, 1);
/** A hundred days of jobs at a steady pace, however many there are. */
const SPAN_MS = 100 * 86_400_000;

type Ask = (store: SqliteStore, size: number, call: number) => Promise<unknown>;

const QUESTIONS: Record<string, Ask> = {
  submit: (store) => store.submit([makeJob()], Date.now()),
  claim: (store) =>
    store.claim({ class: 'batch', owner: 'bench', limit: 1, newcomerLimit: 1, now: Date.now() }),
  'submit and cancel': async (store) => {
    const [submitted] = await store.submit([makeJob()], Date.now());
    return store.cancel(submitted!.job.id, Date.now());
  },
  status: (store, size, call) => store.get(toId(1 + ((call * 7919) % size))),
  list: (store) => store.list({ limit: 51 }),
  'list, a deep page': (store, size) => store.list({ limit: 51, beforeSeq: Math.floor(size / 2) }),
  'list completed': (store) => store.list({ limit: 51, states: ['completed'] }),
  'list failed, a deep page': (store, size) =>
    store.list({ limit: 51, states: ['failed'], beforeSeq: Math.floor(size / 2) }),
  'list by label': (store) => store.list({ limit: 51, label: 'book 3' }),
  'list by label and state': (store) => store.list({ limit: 51, label: 'book 3', states: ['failed'] }),
  'list since an hour': (store) => store.list({ limit: 51, since: FIRST_MS + SPAN_MS - 3_600_000 }),
  'list failed since half': (store) =>
    store.list({ limit: 51, states: ['failed'], since: FIRST_MS + SPAN_MS / 2 }),
  count: (store) => store.count(),
};

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
  const small = await open(join(dir, 'small'), SIZES.small);
  const large = await open(join(dir, 'large'), SIZES.large);
  const rows: Row[] = [
    {
      what: 'open the store',
      ours: formatMs(large.openMs),
      beside: formatMs(small.openMs),
      ratio: formatRatio(large.openMs, small.openMs),
      goal: '',
    },
  ];
  for (const [name, ask] of Object.entries(QUESTIONS)) {
    const ms = { small: [] as number[], large: [] as number[] };
    // In turns, so that a busy moment of the machine falls on both.
    for (let round = 0; round < ROUNDS; round++) {
      ms.small.push(...(await time(small.store, ask, SIZES.small, round)));
      ms.large.push(...(await time(large.store, ask, SIZES.large, round)));
    }
    rows.push(toRow(name, ms.large, ms.small));
  }
  await small.store.close();
  await large.store.close();
  const beganMs = performance.now();
  const damage = await checkDatabase(join(dir, 'large', 'ttsd.db'));
  rows.push({
    what: `check of all pages beside the work: ${damage ?? 'sound'}`,
    ours: formatMs(performance.now() - beganMs),
    beside: '',
    ratio: '',
    goal: '',
  });
  rows.push({
    what: 'memory',
    ours: `${readRssMib(process.pid).toFixed(0)} MiB`,
    beside: '',
    ratio: '',
    goal: '',
  });
  return rows;
}

async function open(dataDir: string, size: number): Promise<{ store: SqliteStore; openMs: number }> {
  const options = {
    dataDir,
    onFailure: (error: Error) => {
      throw error;
    },
  };
  await (await openSqliteStore(options)).close();
  fill(join(dataDir, 'ttsd.db'), size);
  const beganMs = performance.now();
  const store = await openSqliteStore(options);
  return { store, openMs: performance.now() - beganMs };
}

/** Nine of ten completed, a few failed and cancelled, one in a hundred queued, as many labels as there are books. */
function fill(file: string, size: number): void {
  const db = openDatabase(file);
  const spec = JSON.stringify(makeJob().spec);
  const insert = db.prepare(`
    INSERT INTO jobs (
      id, state, class, priority, ahead, label, spec, text_chars, text_preview, warnings, created_at, attempt, crashes,
      done_chars, done_chunks, total_chunks, started_at, finished_at, error_code, error_message, result_file,
      result_format, result_bytes, result_sha256, result_audio_ms
    )
    VALUES (
      @id, @state, 'batch', 0, 0, @label, @spec, 120, 'It was a bright cold day in April.', '[]', @at, 1, 0,
      0, 0, 0, IIF(@state = 'completed', @at, NULL), IIF(@state = 'queued', NULL, @at),
      IIF(@state = 'failed', 'internal', NULL), IIF(@state = 'failed', 'x', NULL), IIF(@state = 'completed', @id, NULL),
      IIF(@state = 'completed', 'wav', NULL), IIF(@state = 'completed', 100000, NULL),
      IIF(@state = 'completed', @hash, NULL), IIF(@state = 'completed', 2000, NULL)
    )`);
  const hash = randomBytes(32).toString('hex');
  db.transaction(() => {
    for (let seq = 1; seq <= size; seq++) {
      const kind = seq % 100;
      const state = kind < 90 ? 'completed' : kind < 95 ? 'failed' : kind < 99 ? 'cancelled' : 'queued';
      insert.run({
        id: toId(seq),
        state,
        label: `book ${seq % 10}`,
        spec,
        at: FIRST_MS + Math.floor((seq / size) * SPAN_MS),
        hash,
      });
    }
  })();
  db.close();
}

/** The same number always names the same job; scattered as random ids are. */
function toId(seq: number): string {
  const scattered = ((seq * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0');
  return `${scattered}-0000-4000-8000-${String(seq).padStart(12, '0')}`;
}

async function time(store: SqliteStore, ask: Ask, size: number, round: number): Promise<number[]> {
  const ms: number[] = [];
  for (let call = 0; call < CALLS; call++) {
    const beganMs = performance.now();
    await ask(store, size, round * CALLS + call);
    ms.push(performance.now() - beganMs);
  }
  return ms;
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
