// Durable submits per second on the store, against what SQLite does with one fsynced insert at a time.
// node bench/store.ts [jobs, default 5000]; BENCH_DIR=/some/disk chooses the disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openSqliteStore } from '../src/daemon/jobs/sqlite-store.ts';
import { makeJob } from '../test/daemon/jobs/samples.ts';

const JOBS = Number(process.argv[2] ?? 5000);
const TEXT = 'The meeting on March 3rd costs $45.50, and nobody is late. '.repeat(4);
const dir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'ttsd-bench-'));

interface Row {
  what: string;
  perSec: number;
  p50Ms: number;
  p99Ms: number;
  perCommit: number;
}

function summarize(what: string, durationsMs: number[], totalMs: number, commits: number): Row {
  const sorted = durationsMs.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)]!;
  return {
    what,
    perSec: (durationsMs.length / totalMs) * 1000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    perCommit: durationsMs.length / commits,
  };
}

function runBare(): Row {
  const db = new Database(join(mkdtempSync(join(dir, 'bare-')), 'bare.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE jobs (seq INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT');
  const insert = db.prepare('INSERT INTO jobs (text) VALUES (?)');
  const durationsMs: number[] = [];
  const begin = performance.now();
  for (let job = 0; job < JOBS; job++) {
    const start = performance.now();
    insert.run(TEXT);
    durationsMs.push(performance.now() - start);
  }
  const totalMs = performance.now() - begin;
  db.close();
  return summarize('bare insert, 1 row, 1 fsync', durationsMs, totalMs, JOBS);
}

async function runStore(submitters: number): Promise<Row> {
  const store = await openSqliteStore({
    dataDir: join(dir, `store-${submitters}`),
    onFailure: (error) => {
      throw error;
    },
  });
  let left = JOBS;
  const durationsMs: number[] = [];
  async function submitForAWhile(): Promise<void> {
    while (left-- > 0) {
      const start = performance.now();
      await store.submit([makeJob({ text: TEXT })], Date.now());
      durationsMs.push(performance.now() - start);
    }
  }
  const begin = performance.now();
  await Promise.all(Array.from({ length: submitters }, submitForAWhile));
  const totalMs = performance.now() - begin;
  const { commits } = await store.getStats();
  await store.close();
  const who = submitters === 1 ? '1 submitter' : `${submitters} submitters`;
  return summarize(`store, ${who}`, durationsMs, totalMs, commits);
}

function print(rows: Row[], barePerSec: number): void {
  const line = (cells: string[]) =>
    console.log(
      cells[0]!.padEnd(30) +
        cells
          .slice(1)
          .map((cell) => cell.padStart(12))
          .join(''),
    );
  line(['durable submits', 'per s', 'x bare', 'p50 ms', 'p99 ms', 'per commit']);
  for (const { what, perSec, p50Ms, p99Ms, perCommit } of rows) {
    const ratio = (perSec / barePerSec).toFixed(2);
    line([what, perSec.toFixed(0), ratio, p50Ms.toFixed(2), p99Ms.toFixed(2), perCommit.toFixed(1)]);
  }
}

try {
  const rows = [
    runBare(),
    await runStore(1),
    await runStore(64),
    { ...runBare(), what: 'bare insert, again' },
  ];
  // Disks change their mind within seconds: what counts is the mean of before and after.
  print(rows, (rows[0]!.perSec + rows[3]!.perSec) / 2);
} finally {
  rmSync(dir, { recursive: true });
}
