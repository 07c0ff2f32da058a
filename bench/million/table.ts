// A job table of any length, built once by plain SQL and kept: a copy of it is what a run works on.
import { createHash, randomUUID } from 'node:crypto';
import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openDatabase } from '../../src/daemon/jobs/database.ts';
import { MIGRATIONS } from '../../src/daemon/jobs/migrations.ts';
import { makeJob } from '../../test/daemon/jobs/samples.ts';
import { CACHE_DIR } from '../cache-dir.ts';

/** The same in every table: a claim must find as much to choose from, and every list a whole page. */
export const QUEUED = 300;
/** Of so many jobs one waits for a time that is far away. */
export const SCHEDULED_EVERY = 20;
export const FIRST_MS = Date.UTC(2026, 0, 1);
/** A hundred days of jobs at a steady pace, however many there are. */
export const SPAN_MS = 100 * 86_400_000;
const FAR_AWAY_MS = Date.UTC(2100, 0, 1);

// Of twenty jobs one waits for its time; of the others six in ten completed, two failed, two cancelled, but the last
// wait. Four labels. The results have expired, for there are no files.
const FILL = `
  WITH RECURSIVE
    number (seq) AS (VALUES (1) UNION ALL SELECT seq + 1 FROM number WHERE seq < @size),
    kind (seq, at, state, not_before) AS (
      SELECT seq, ${FIRST_MS} + CAST(1.0 * seq / @size * ${SPAN_MS} AS INTEGER), CASE
        WHEN seq > @size - ${QUEUED} OR seq % ${SCHEDULED_EVERY} = 0 THEN 'queued'
        WHEN seq / 10 % 10 IN (5, 6) THEN 'failed'
        WHEN seq / 10 % 10 IN (7, 8) THEN 'cancelled'
        ELSE 'completed'
      END, IIF(seq <= @size - ${QUEUED} AND seq % ${SCHEDULED_EVERY} = 0, ${FAR_AWAY_MS} + seq, NULL)
      FROM number
    )
  INSERT INTO jobs (
    seq, change_seq, id, state, class, priority, ahead, label, spec, text_chars, text_preview, warnings, created_at,
    not_before, scheduled, attempt, crashes, done_chars, done_chunks, total_chunks, started_at, finished_at, error_code,
    error_message, result_file, result_format, result_bytes, result_sha256, result_audio_ms, fetched_at, expired_at
  )
  SELECT seq, seq, printf('%08x-0000-4000-8000-%012d', seq * 2654435761 % 4294967296, seq), state, 'batch', 0, 0,
    'book ' || (seq % 4), @spec, 120, 'It was a bright cold day in April.', '[]', at, not_before, not_before IS NOT NULL,
    1, 0, 0, 0, 0,
    IIF(state = 'completed', at, NULL), IIF(state = 'queued', NULL, at), IIF(state = 'failed', 'internal', NULL),
    IIF(state = 'failed', 'x', NULL), IIF(state = 'completed', seq || '.wav', NULL),
    IIF(state = 'completed', 'wav', NULL), IIF(state = 'completed', 100000, NULL),
    IIF(state = 'completed', hex(randomblob(32)), NULL), IIF(state = 'completed', 2000, NULL),
    IIF(state = 'completed', at, NULL), IIF(state = 'completed', at, NULL)
  FROM kind`;
// What triggers keep. The queue is paused, so that a daemon on the table renders nothing.
const COUNT = `
  INSERT INTO texts SELECT seq, text_preview FROM jobs WHERE state <> 'completed';
  UPDATE change_counter SET last = (SELECT MAX(seq) FROM jobs);
  INSERT INTO accepted_minutes SELECT created_at / 60000, MIN(seq) FROM jobs GROUP BY 1;
  UPDATE queue_counts SET jobs = found.jobs, chars = found.chars
  FROM (SELECT COUNT(*) AS jobs, SUM(text_chars) AS chars FROM jobs WHERE state = 'queued') AS found
  WHERE class = 'batch';
  UPDATE final_counts SET jobs = (SELECT COUNT(*) FROM jobs WHERE finished_at IS NOT NULL);
  INSERT INTO turns SELECT 'batch', 'local', COUNT(*), SUM(text_chars), 0, 0 FROM jobs WHERE state = 'queued' AND scheduled = 0;
  INSERT INTO notes VALUES ('paused_since', '2026-01-01T00:00:00.000Z')`;

/** Puts a table of that many jobs into a data directory, which it makes. */
export function putTable(dataDir: string, size: number): void {
  const spec = JSON.stringify(makeJob().spec);
  const parts = JSON.stringify([FILL, COUNT, spec, MIGRATIONS]);
  const kept = join(
    CACHE_DIR,
    `million-${size}-${createHash('sha256').update(parts).digest('hex').slice(0, 16)}.db`,
  );
  if (!existsSync(kept)) {
    mkdirSync(CACHE_DIR, { recursive: true });
    const old = readdirSync(CACHE_DIR).filter((name) => name.startsWith(`million-${size}-`));
    for (const name of old) rmSync(join(CACHE_DIR, name));
    const unfinished = `${kept}.${randomUUID()}`;
    build(unfinished, size, spec);
    renameSync(unfinished, kept);
  }
  mkdirSync(dataDir, { mode: 0o700 });
  copyFileSync(kept, join(dataDir, 'ttsd.db'), constants.COPYFILE_FICLONE);
}

/** Without triggers and indices, which are made at the end for all rows together: that takes seconds instead of minutes. */
function build(file: string, size: number, spec: string): void {
  const beganMs = performance.now();
  openDatabase(file).close();
  const db = new Database(file);
  // Nothing of it is needed if this does not come to its end.
  for (const pragma of ['journal_mode = OFF', 'synchronous = OFF', 'cache_size = -400000']) db.pragma(pragma);
  db.transaction(() => {
    const extras = db
      .prepare(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND tbl_name = 'jobs' AND sql IS NOT NULL",
      )
      .all() as { type: string; name: string; sql: string }[];
    for (const { type, name } of extras) db.exec(`DROP ${type} ${name}`);
    db.prepare(FILL).run({ size, spec });
    db.exec(COUNT);
    for (const { sql } of extras) db.exec(sql);
  })();
  db.close();
  console.error(
    `  a table of ${size} jobs was built in ${((performance.now() - beganMs) / 1000).toFixed(0)} s`,
  );
}

/** The same number always names the same job; scattered as random ids are. */
export function toId(seq: number): string {
  const scattered = ((seq * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0');
  return `${scattered}-0000-4000-8000-${String(seq).padStart(12, '0')}`;
}
