// Every statement that the store runs, named after its transition or question. Guards sit in the statements:
// the rows that come back are the answer to "did it happen". INDEXED BY stands where SQLite, which keeps no statistics
// here, would take an index that reads far more rows.
import type Database from 'better-sqlite3';

const SQL = {
  insertJob: `
    INSERT INTO jobs (
      id, state, class, priority, ahead, label, submitter, spec, text_chars, text_preview, warnings, created_at,
      not_before, scheduled, attempt, crashes, done_chars, done_chunks, total_chunks, idempotency_key,
      idempotency_fingerprint
    )
    VALUES (
      @id, 'queued', @class, @priority, 0, @label, @submitter, @spec, @textChars, @textPreview, @warnings, @now,
      @notBefore, @notBefore IS NOT NULL AND @notBefore > @now, 0, 0, 0, 0, 0, @idempotencyKey, @idempotencyFingerprint
    )
    RETURNING seq`,
  insertText: `
    INSERT INTO texts (seq, text)
    VALUES (@seq, @text)`,
  findByIdempotencyKey: `
    SELECT *
    FROM jobs
    WHERE idempotency_key = @key`,
  get: `
    SELECT *
    FROM jobs
    WHERE id = @id`,
  getBySeq: `
    SELECT *
    FROM jobs
    WHERE seq = @seq`,
  getTextBySeq: `
    SELECT text
    FROM texts
    WHERE seq = @seq`,
  // Ids are of hex digits and hyphens, so that everything that begins so sorts before the beginning and a tilde.
  listByPrefix: `
    SELECT *
    FROM jobs
    WHERE id >= @prefix AND id < @prefix || '~'
    ORDER BY id
    LIMIT @limit`,
  getText: `
    SELECT texts.text
    FROM jobs
    JOIN texts ON texts.seq = jobs.seq
    WHERE jobs.id = @id`,
  // Its place among the jobs of its submitter, counted from the nearer end, so that a submit, whose job stands last,
  // does not walk all of it. Three stretches of one index instead of a condition with OR, which would walk the whole.
  getRank: `
    SELECT mine.class, mine.submitter,
      CASE WHEN (SELECT MAX(seq) FROM jobs) - mine.seq < turns.queued / 2
      THEN turns.queued
        - (
          SELECT COUNT(*)
          FROM jobs
          WHERE state = 'queued' AND scheduled = 0 AND class = mine.class AND submitter = mine.submitter
            AND ahead < mine.ahead
        )
        - (
          SELECT COUNT(*)
          FROM jobs
          WHERE state = 'queued' AND scheduled = 0 AND class = mine.class AND submitter = mine.submitter
            AND ahead = mine.ahead AND priority < mine.priority
        )
        - (
          SELECT COUNT(*)
          FROM jobs
          WHERE state = 'queued' AND scheduled = 0 AND class = mine.class AND submitter = mine.submitter
            AND ahead = mine.ahead AND priority = mine.priority AND seq > mine.seq
        )
      ELSE 1
        + (
          SELECT COUNT(*)
          FROM jobs
          WHERE state = 'queued' AND scheduled = 0 AND class = mine.class AND submitter = mine.submitter
            AND ahead > mine.ahead
        )
        + (
          SELECT COUNT(*)
          FROM jobs
          WHERE state = 'queued' AND scheduled = 0 AND class = mine.class AND submitter = mine.submitter
            AND ahead = mine.ahead AND priority > mine.priority
        )
        + (
          SELECT COUNT(*)
          FROM jobs
          WHERE state = 'queued' AND scheduled = 0 AND class = mine.class AND submitter = mine.submitter
            AND ahead = mine.ahead AND priority = mine.priority AND seq < mine.seq
        )
      END AS rank
    FROM jobs AS mine
    JOIN turns ON turns.class = mine.class AND turns.submitter = mine.submitter
    WHERE mine.id = @id AND mine.state = 'queued' AND mine.scheduled = 0`,
  // Jobs of others that are claimed before the one of that rank, everybody taking turns.
  countOthersBefore: `
    SELECT COALESCE(SUM(MIN(theirs.queued, @rank - ((theirs.running, theirs.last_claim, theirs.submitter) > (mine.running, mine.last_claim, mine.submitter)))), 0)
      AS jobs
    FROM turns AS theirs
    JOIN turns AS mine ON mine.class = @class AND mine.submitter = @submitter
    WHERE theirs.class = @class AND theirs.submitter <> @submitter`,
  // One that waits for its time stands behind all that need not.
  getScheduledPosition: `
    SELECT 1 + COALESCE(SUM(turns.queued), 0) AS position
    FROM jobs
    LEFT JOIN turns ON turns.class = jobs.class
    WHERE jobs.id = @id AND jobs.scheduled = 1
    GROUP BY jobs.id`,
  listTurns: `
    SELECT class, submitter, queued, queued_chars
    FROM turns
    WHERE queued > 0`,
  // In the order in which they are served next.
  listNextTurns: `
    SELECT submitter, queued
    FROM turns INDEXED BY turns_next
    WHERE queued > 0 AND class = @class
    ORDER BY running, last_claim
    LIMIT @limit`,
  // In the order of claiming, in the index alone.
  listQueuedOf: `
    SELECT seq
    FROM jobs INDEXED BY jobs_queued
    WHERE state = 'queued' AND scheduled = 0 AND class = @class AND submitter = @submitter
    ORDER BY ahead DESC, priority DESC, seq
    LIMIT @limit`,
  listScheduled: `
    SELECT seq
    FROM jobs INDEXED BY jobs_due
    WHERE scheduled = 1
    ORDER BY not_before
    LIMIT @limit`,
  listEnded: `
    SELECT *
    FROM jobs INDEXED BY jobs_final
    WHERE finished_at IS NOT NULL
    ORDER BY finished_at DESC
    LIMIT @limit`,
  // 256 at most.
  listRunning: `
    SELECT *
    FROM jobs
    WHERE state = 'running'
    ORDER BY class DESC, priority DESC, seq`,
  countQueued: `
    SELECT class, jobs, chars
    FROM queue_counts`,
  // In the index alone; only the row that is found is read.
  getOldestQueued: `
    SELECT created_at
    FROM jobs
    WHERE seq = (
      SELECT MIN(seq)
      FROM (
        SELECT MIN(seq) AS seq
        FROM jobs INDEXED BY jobs_queued
        WHERE state = 'queued' AND class = @class AND scheduled = 0
        UNION ALL
        SELECT MIN(seq)
        FROM jobs INDEXED BY jobs_due
        WHERE scheduled = 1 AND class = @class AND not_before <= @now
      )
    )`,
  getLastChange: `
    SELECT last
    FROM change_counter`,
  listChangedJobs: `
    SELECT *
    FROM jobs
    WHERE change_seq > @after
    ORDER BY change_seq
    LIMIT @limit`,
  listRemovedJobs: `
    SELECT change_seq, id
    FROM removed_jobs
    WHERE change_seq > @after
    ORDER BY change_seq
    LIMIT @limit`,
  // By the index of jobs that speak with a clip, which are few; asked only of a clip that no voice has any more.
  findJobOfClip: `
    SELECT 1
    FROM jobs
    WHERE instr(spec, '"clip:') > 0 AND instr(spec, @clip) > 0
      AND EXISTS (SELECT 1 FROM texts WHERE texts.seq = jobs.seq)
    LIMIT 1`,
  findUnfinishedOfModel: `
    SELECT 1
    FROM jobs INDEXED BY jobs_unfinished_by_model
    WHERE state IN ('queued', 'running') AND json_extract(spec, '$.model') = @model
    LIMIT 1`,
  countRunning: `
    SELECT COUNT(*) AS jobs
    FROM jobs
    WHERE state = 'running'`,

  // Those whose time has come join the queue, the earliest first.
  admitDue: `
    UPDATE jobs
    SET scheduled = 0
    WHERE seq IN (
      SELECT seq
      FROM jobs INDEXED BY jobs_due
      WHERE scheduled = 1 AND not_before <= @now
      ORDER BY not_before
      LIMIT @limit
    )`,
  // Whose turn it is: who has the fewest jobs running, of these who was last served longest ago, and of his jobs the first.
  // SQLite has a single writer, so choosing and taking cannot be torn apart.
  claimNext: `
    UPDATE jobs
    SET state = 'running',
      owner = @owner,
      started_at = @now,
      attempt = attempt + 1
    WHERE seq = (
      SELECT seq
      FROM jobs
      WHERE state = 'queued' AND scheduled = 0 AND class = @class AND submitter = (
        SELECT submitter
        FROM turns INDEXED BY turns_next
        WHERE queued > 0 AND class = @class AND running <= @maxRunning
        ORDER BY running, last_claim
        LIMIT 1
      )
      ORDER BY ahead DESC, priority DESC, seq
      LIMIT 1
    )
    RETURNING *`,
  getNextDue: `
    SELECT MIN(not_before) AS due
    FROM jobs INDEXED BY jobs_due
    WHERE scheduled = 1`,
  // What may still be said otherwise of a job that is not final; its time only while it waits.
  edit: `
    UPDATE jobs
    SET priority = @priority,
      label = @label,
      not_before = @notBefore,
      scheduled = state = 'queued' AND @notBefore IS NOT NULL AND @notBefore > @now
    WHERE id = @id AND (state = 'queued' OR (state = 'running' AND @notBefore IS not_before))
    RETURNING *`,
  keepNote: `
    INSERT INTO notes (name, value)
    VALUES (@name, @value)
    ON CONFLICT DO UPDATE SET value = @value`,
  dropNote: `
    DELETE FROM notes
    WHERE name = @name`,
  listNotes: `
    SELECT name, value
    FROM notes`,
  saveProgress: `
    UPDATE jobs
    SET done_chars = @doneChars,
      done_chunks = @doneChunks,
      total_chunks = @totalChunks
    WHERE id = @id AND attempt = @attempt AND state = 'running'`,
  complete: `
    UPDATE jobs
    SET state = 'completed',
      owner = NULL,
      finished_at = @now,
      warnings = @warnings,
      done_chars = @doneChars,
      done_chunks = @doneChunks,
      total_chunks = @totalChunks,
      result_file = @file,
      result_format = @format,
      result_bytes = @bytes,
      result_sha256 = @sha256,
      result_audio_ms = @audioMs
    WHERE id = @id AND attempt = @attempt AND state = 'running'`,
  fail: `
    UPDATE jobs
    SET state = 'failed',
      owner = NULL,
      finished_at = @now,
      error_code = @code,
      error_message = @message
    WHERE id = @id AND attempt = @attempt AND state = 'running'`,
  release: `
    UPDATE jobs
    SET state = 'queued',
      ahead = 1,
      owner = NULL,
      started_at = NULL
    WHERE id = @id AND attempt = @attempt AND state = 'running'`,
  recordCrash: `
    UPDATE jobs
    SET crashes = crashes + 1
    WHERE id = @id AND attempt = @attempt AND state = 'running'
    RETURNING crashes`,
  cancel: `
    UPDATE jobs
    SET state = 'cancelled',
      scheduled = 0,
      owner = NULL,
      finished_at = @now
    WHERE id = @id AND state IN ('queued', 'running')
    RETURNING *`,
  retry: `
    UPDATE jobs
    SET state = 'queued',
      ahead = 0,
      not_before = NULL,
      crashes = 0,
      done_chars = 0,
      done_chunks = 0,
      total_chunks = 0,
      started_at = NULL,
      finished_at = NULL,
      error_code = NULL,
      error_message = NULL
    WHERE id = @id AND state IN ('failed', 'cancelled')
      AND EXISTS (SELECT 1 FROM texts WHERE texts.seq = jobs.seq)
    RETURNING *`,
  rescue: `
    UPDATE jobs
    SET state = 'queued',
      ahead = 1,
      owner = NULL,
      started_at = NULL
    WHERE state = 'running' AND owner <> @owner
    RETURNING id`,
  listResults: `
    SELECT seq, id, result_file, result_format, result_bytes, result_sha256, result_audio_ms
    FROM jobs INDEXED BY jobs_present
    WHERE state = 'completed' AND expired_at IS NULL AND seq > @afterSeq
    ORDER BY seq
    LIMIT @limit`,
  getOldestInterrupted: `
    SELECT MIN(created_at) AS oldest
    FROM jobs INDEXED BY jobs_interrupted
    WHERE state = 'queued' AND ahead = 1`,
  requeue: `
    UPDATE jobs
    SET state = 'queued',
      ahead = 1,
      warnings = json_insert(warnings, '$[#]', @reason),
      done_chars = 0,
      done_chunks = 0,
      total_chunks = 0,
      started_at = NULL,
      finished_at = NULL,
      fetched_at = NULL,
      result_file = NULL,
      result_format = NULL,
      result_bytes = NULL,
      result_sha256 = NULL,
      result_audio_ms = NULL
    WHERE id = @id AND state = 'completed' AND expired_at IS NULL
      AND EXISTS (SELECT 1 FROM texts WHERE texts.seq = jobs.seq)`,
  markFetched: `
    UPDATE jobs
    SET fetched_at = @now
    WHERE id = @id AND state = 'completed' AND fetched_at IS NULL`,

  expireResults: `
    UPDATE jobs
    SET expired_at = @now
    WHERE seq IN (
      SELECT seq
      FROM jobs INDEXED BY jobs_with_result
      WHERE state = 'completed' AND expired_at IS NULL
        AND (fetched_at IS NULL) = 0 AND finished_at < @now - @ttlMs
      UNION ALL
      SELECT seq
      FROM jobs INDEXED BY jobs_with_result
      WHERE state = 'completed' AND expired_at IS NULL
        AND (fetched_at IS NULL) = 1 AND finished_at < @now - @ttlMs * 2
      LIMIT @limit
    )
    RETURNING seq, result_file`,
  expireTexts: `
    DELETE FROM texts
    WHERE seq IN (
      SELECT seq
      FROM jobs INDEXED BY jobs_without_result
      WHERE state IN ('failed', 'cancelled') AND finished_at < @now - @ttlMs
        AND EXISTS (SELECT 1 FROM texts WHERE texts.seq = jobs.seq)
      LIMIT @limit
    )`,
  removeText: `
    DELETE FROM texts
    WHERE seq = @seq`,
  forgetExpired: `
    DELETE FROM jobs
    WHERE seq IN (
      SELECT seq
      FROM jobs INDEXED BY jobs_without_result
      WHERE state IN ('failed', 'cancelled') AND finished_at < @now - @ttlMs * 2
      UNION ALL
      SELECT seq
      FROM jobs INDEXED BY jobs_expired
      WHERE expired_at IS NOT NULL AND (fetched_at IS NULL) = 0 AND expired_at < @now - @ttlMs
      UNION ALL
      SELECT seq
      FROM jobs INDEXED BY jobs_expired
      WHERE expired_at IS NOT NULL AND (fetched_at IS NULL) = 1 AND expired_at < @now - @ttlMs * 2
      LIMIT @limit
    )
    RETURNING id`,
  countFinal: `
    SELECT jobs, result_bytes AS bytes
    FROM final_counts`,
  forgetOldest: `
    DELETE FROM jobs
    WHERE seq IN (
      SELECT seq
      FROM jobs INDEXED BY jobs_final
      WHERE finished_at IS NOT NULL AND finished_at < @endedBefore
      ORDER BY finished_at
      LIMIT @limit
    )
    RETURNING id, IIF(expired_at IS NULL, result_file, NULL) AS file`,
  // Those that were fetched go first; what nobody has fetched yet stays longest.
  listOldestResults: `
    SELECT seq, result_bytes AS bytes
    FROM (
      SELECT seq, result_bytes
      FROM jobs INDEXED BY jobs_with_result
      WHERE state = 'completed' AND expired_at IS NULL
        AND (fetched_at IS NULL) = 0 AND finished_at < @endedBefore
      ORDER BY finished_at
      LIMIT @limit
    )
    UNION ALL
    SELECT seq, result_bytes
    FROM (
      SELECT seq, result_bytes
      FROM jobs INDEXED BY jobs_with_result
      WHERE state = 'completed' AND expired_at IS NULL
        AND (fetched_at IS NULL) = 1 AND finished_at < @endedBefore
      ORDER BY finished_at
      LIMIT @limit
    )
    LIMIT @limit`,
  expireResult: `
    UPDATE jobs
    SET expired_at = @now
    WHERE seq = @seq
    RETURNING seq, result_file`,
  getLatestTime: `
    SELECT MAX(
      IFNULL((SELECT created_at FROM jobs ORDER BY seq DESC LIMIT 1), 0),
      IFNULL((SELECT MAX(finished_at) FROM jobs WHERE finished_at IS NOT NULL), 0)
    ) AS latest`,
  remove: `
    DELETE FROM jobs
    WHERE id = @id AND state IN ('completed', 'failed', 'cancelled')
    RETURNING IIF(expired_at IS NULL, result_file, NULL) AS file`,
} as const;

export type Statements = Record<keyof typeof SQL, Database.Statement<[Record<string, unknown>] | []>>;

export function prepareStatements(db: Database.Database): Statements {
  const prepared = Object.entries(SQL).map(([name, sql]) => [name, db.prepare(sql)]);
  return Object.fromEntries(prepared) as Statements;
}
