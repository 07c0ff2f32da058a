// A database with any number of jobs, written directly: submitting a million would take hours.
import { openDatabase } from '../src/daemon/jobs/database.ts';
import { makeJob } from '../test/daemon/jobs/samples.ts';

/** The same in every table: a claim must find as much to choose from, and every list a whole page. */
export const QUEUED = 300;
export const FIRST_MS = Date.UTC(2026, 0, 1);
/** A hundred days of jobs at a steady pace, however many there are. */
export const SPAN_MS = 100 * 86_400_000;

/**
 * Of ten jobs six completed, two failed, two cancelled, but the last QUEUED wait; four labels. The results have expired,
 * for there are no files. The queue is paused. Without the triggers, whose work is done at the end for all together.
 */
export function fillTable(file: string, size: number): void {
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
export function toId(seq: number): string {
  const scattered = ((seq * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0');
  return `${scattered}-0000-4000-8000-${String(seq).padStart(12, '0')}`;
}
