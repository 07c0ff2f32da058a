// The shape of the database, as numbered steps forward. A step that was ever released never changes.

export interface Migration {
  name: string;
  sql: string;
}

/** Marks a database file as one of ours: 'ttsd' in ASCII. */
export const APPLICATION_ID = 0x74747364;

/** Step n (from 1) brings `user_version` from n - 1 to n. */
export const MIGRATIONS: readonly Migration[] = [
  {
    name: 'jobs and texts',
    sql: `
PRAGMA application_id = ${APPLICATION_ID};

CREATE TABLE jobs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  class TEXT NOT NULL,
  priority INTEGER NOT NULL,
  -- 1: was interrupted while it ran, goes before its class
  ahead INTEGER NOT NULL,
  label TEXT,
  spec TEXT NOT NULL,
  text_chars INTEGER NOT NULL,
  text_preview TEXT NOT NULL,
  warnings TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  not_before INTEGER,
  attempt INTEGER NOT NULL,
  crashes INTEGER NOT NULL,
  done_chars INTEGER NOT NULL,
  done_chunks INTEGER NOT NULL,
  total_chunks INTEGER NOT NULL,
  owner TEXT,
  started_at INTEGER,
  finished_at INTEGER,
  error_code TEXT,
  error_message TEXT,
  result_file TEXT,
  result_format TEXT,
  result_bytes INTEGER,
  result_sha256 TEXT,
  result_audio_ms INTEGER,
  fetched_at INTEGER,
  expired_at INTEGER,
  idempotency_key TEXT,
  idempotency_fingerprint TEXT,

  CONSTRAINT state_is_known
    CHECK (state IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
  CONSTRAINT class_is_known
    CHECK (class IN ('interactive', 'batch')),
  CONSTRAINT priority_in_range
    CHECK (priority BETWEEN -100 AND 100),
  CONSTRAINT ahead_is_a_flag
    CHECK (ahead IN (0, 1)),
  CONSTRAINT counts_not_negative
    CHECK (text_chars >= 0 AND attempt >= 0 AND crashes >= 0 AND done_chars >= 0),
  CONSTRAINT chunks_within_total
    CHECK (done_chunks BETWEEN 0 AND total_chunks),
  CONSTRAINT spec_is_an_object
    CHECK (json_valid(spec) AND json_type(spec) = 'object'),
  CONSTRAINT warnings_are_an_array
    CHECK (json_valid(warnings) AND json_type(warnings) = 'array'),
  CONSTRAINT owner_exactly_when_running
    CHECK ((owner IS NOT NULL) = (state = 'running')),
  CONSTRAINT started_when_running_or_completed
    CHECK (CASE state
      WHEN 'queued' THEN started_at IS NULL
      WHEN 'running' THEN started_at IS NOT NULL
      WHEN 'completed' THEN started_at IS NOT NULL
      ELSE 1
    END),
  CONSTRAINT finished_exactly_when_final
    CHECK ((finished_at IS NOT NULL) = (state IN ('completed', 'failed', 'cancelled'))),
  CONSTRAINT error_exactly_when_failed
    CHECK ((error_code IS NOT NULL) = (state = 'failed') AND (error_message IS NOT NULL) = (state = 'failed')),
  CONSTRAINT result_exactly_when_completed
    CHECK (
      (result_file IS NOT NULL) = (state = 'completed')
      AND (result_format IS NOT NULL) = (state = 'completed')
      AND (result_bytes IS NOT NULL) = (state = 'completed')
      AND (result_sha256 IS NOT NULL) = (state = 'completed')
      AND (result_audio_ms IS NOT NULL) = (state = 'completed')
    ),
  CONSTRAINT result_in_range
    CHECK (result_bytes > 0 AND result_audio_ms >= 0 AND length(result_sha256) = 64 AND result_file <> ''),
  CONSTRAINT fetched_or_expired_only_when_completed
    CHECK (state = 'completed' OR (fetched_at IS NULL AND expired_at IS NULL)),
  CONSTRAINT idempotency_is_whole
    CHECK ((idempotency_key IS NULL) = (idempotency_fingerprint IS NULL))
) STRICT;

-- Apart from the jobs, so that no list and no claim ever reads a million characters past.
CREATE TABLE texts (
  seq INTEGER PRIMARY KEY REFERENCES jobs (seq) ON DELETE CASCADE,
  text TEXT NOT NULL
) STRICT;

-- What waits, kept by the triggers below: counting a hundred thousand jobs for every request takes 10 ms.
CREATE TABLE queue_counts (
  class TEXT PRIMARY KEY,
  jobs INTEGER NOT NULL,
  chars INTEGER NOT NULL,

  CONSTRAINT counts_not_negative
    CHECK (jobs >= 0 AND chars >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO queue_counts (class, jobs, chars)
VALUES ('interactive', 0, 0), ('batch', 0, 0);

CREATE TRIGGER count_submitted
AFTER INSERT ON jobs
WHEN NEW.state = 'queued'
BEGIN
  UPDATE queue_counts
  SET jobs = jobs + 1, chars = chars + NEW.text_chars
  WHERE class = NEW.class;
END;
CREATE TRIGGER count_back_in_queue
AFTER UPDATE OF state ON jobs
WHEN OLD.state <> 'queued' AND NEW.state = 'queued'
BEGIN
  UPDATE queue_counts
  SET jobs = jobs + 1, chars = chars + NEW.text_chars
  WHERE class = NEW.class;
END;
CREATE TRIGGER count_out_of_queue
AFTER UPDATE OF state ON jobs
WHEN OLD.state = 'queued' AND NEW.state <> 'queued'
BEGIN
  UPDATE queue_counts
  SET jobs = jobs - 1, chars = chars - OLD.text_chars
  WHERE class = OLD.class;
END;
CREATE TRIGGER count_deleted
AFTER DELETE ON jobs
WHEN OLD.state = 'queued'
BEGIN
  UPDATE queue_counts
  SET jobs = jobs - 1, chars = chars - OLD.text_chars
  WHERE class = OLD.class;
END;

-- In the order of claiming; not_before is there so that skipping what is not due never touches the table.
CREATE INDEX jobs_queued
  ON jobs (class, ahead DESC, priority DESC, seq, not_before)
  WHERE state = 'queued';
CREATE INDEX jobs_due
  ON jobs (not_before)
  WHERE state = 'queued' AND not_before IS NOT NULL;
CREATE INDEX jobs_final
  ON jobs (finished_at)
  WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_by_state
  ON jobs (state, seq);
CREATE INDEX jobs_by_label
  ON jobs (label, seq)
  WHERE label IS NOT NULL;
CREATE UNIQUE INDEX jobs_idempotency
  ON jobs (idempotency_key)
  WHERE idempotency_key IS NOT NULL;
`,
  },
  {
    name: 'changes in order',
    sql: `
-- The number of the last change of any job. It only grows, so that who knows it can ask what came since.
CREATE TABLE change_counter (
  only INTEGER PRIMARY KEY,
  last INTEGER NOT NULL,

  CONSTRAINT one_row
    CHECK (only = 1)
) STRICT;
INSERT INTO change_counter (only, last)
SELECT 1, IFNULL(MAX(seq), 0)
FROM jobs;

-- The number of a job's last change; set by the triggers below, whatever statement makes the change.
ALTER TABLE jobs ADD COLUMN change_seq INTEGER NOT NULL DEFAULT 0;
UPDATE jobs
SET change_seq = seq;
CREATE INDEX jobs_changed
  ON jobs (change_seq);

CREATE TABLE removed_jobs (
  change_seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL
) STRICT;

CREATE TRIGGER number_submitted
AFTER INSERT ON jobs
BEGIN
  UPDATE change_counter
  SET last = last + 1;
  UPDATE jobs
  SET change_seq = (SELECT last FROM change_counter)
  WHERE seq = NEW.seq;
END;
-- Not progress, which is saved every second.
CREATE TRIGGER number_changed
AFTER UPDATE OF state, class, priority, label, not_before, warnings, expired_at ON jobs
BEGIN
  UPDATE change_counter
  SET last = last + 1;
  UPDATE jobs
  SET change_seq = (SELECT last FROM change_counter)
  WHERE seq = NEW.seq;
END;
-- Removed jobs are remembered for a hundred thousand changes.
CREATE TRIGGER number_removed
AFTER DELETE ON jobs
BEGIN
  UPDATE change_counter
  SET last = last + 1;
  INSERT INTO removed_jobs (change_seq, id)
  SELECT last, OLD.id
  FROM change_counter;
  DELETE FROM removed_jobs
  WHERE change_seq < (SELECT last FROM change_counter) - 100000;
END;
`,
  },
  {
    name: 'retention and lists that stay fast in a long table',
    sql: `
-- What retention looks for: results that are there (all that it asks of them, so that it need not read the table), rows
-- that are only a memory, jobs that never had a result.
CREATE INDEX jobs_with_result
  ON jobs ((fetched_at IS NULL), finished_at, result_bytes, state, expired_at)
  WHERE state = 'completed' AND expired_at IS NULL;
CREATE INDEX jobs_expired
  ON jobs ((fetched_at IS NULL), expired_at)
  WHERE expired_at IS NOT NULL;
CREATE INDEX jobs_without_result
  ON jobs (finished_at)
  WHERE state IN ('failed', 'cancelled');

CREATE INDEX jobs_by_label_and_state
  ON jobs (label, state, seq)
  WHERE label IS NOT NULL;

-- The first job accepted in each minute: from a time to the place in the table from which to read. An index on
-- created_at could not do it, for a clock may be set back and the order of a list is that of acceptance.
CREATE TABLE accepted_minutes (
  minute INTEGER PRIMARY KEY,
  first_seq INTEGER NOT NULL
) STRICT;
INSERT INTO accepted_minutes (minute, first_seq)
SELECT created_at / 60000, MIN(seq)
FROM jobs
GROUP BY 1;
CREATE TRIGGER note_minute
AFTER INSERT ON jobs
BEGIN
  INSERT INTO accepted_minutes (minute, first_seq)
  VALUES (NEW.created_at / 60000, NEW.seq)
  ON CONFLICT DO NOTHING;
END;
`,
  },
  {
    name: 'submitters take turns',
    sql: `
-- Whose job it is: who shares fairly with whom.
ALTER TABLE jobs ADD COLUMN submitter TEXT NOT NULL DEFAULT 'local';
-- 1: waits for not_before; joins the queue when that has come, so that no claim ever walks past it
ALTER TABLE jobs ADD COLUMN scheduled INTEGER NOT NULL DEFAULT 0
  CONSTRAINT scheduled_only_in_queue
    CHECK (scheduled = 0 OR (scheduled = 1 AND state = 'queued' AND not_before IS NOT NULL));
UPDATE jobs SET submitter = 'label:' || label WHERE label IS NOT NULL;
UPDATE jobs SET scheduled = 1 WHERE state = 'queued' AND not_before IS NOT NULL;

DROP INDEX jobs_queued;
DROP INDEX jobs_due;
-- In the order of claiming.
CREATE INDEX jobs_queued
  ON jobs (class, submitter, ahead DESC, priority DESC, seq)
  WHERE state = 'queued' AND scheduled = 0;
CREATE INDEX jobs_interrupted
  ON jobs (created_at)
  WHERE state = 'queued' AND ahead = 1;
CREATE INDEX jobs_due
  ON jobs (not_before)
  WHERE scheduled = 1;

-- Who has jobs waiting or running, kept by the triggers below: finding whose turn it is takes one step, however many
-- jobs somebody has queued.
CREATE TABLE turns (
  class TEXT NOT NULL,
  submitter TEXT NOT NULL,
  queued INTEGER NOT NULL,
  queued_chars INTEGER NOT NULL,
  running INTEGER NOT NULL,
  last_claim INTEGER NOT NULL,

  PRIMARY KEY (class, submitter),
  CONSTRAINT counts_not_negative
    CHECK (queued >= 0 AND queued_chars >= 0 AND running >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO turns (class, submitter, queued, queued_chars, running, last_claim)
SELECT class, submitter, SUM(state = 'queued'), SUM(IIF(state = 'queued', text_chars, 0)), SUM(state = 'running'), 0
FROM jobs
WHERE state = 'running' OR (state = 'queued' AND scheduled = 0)
GROUP BY class, submitter;
CREATE INDEX turns_next
  ON turns (class, running, last_claim)
  WHERE queued > 0;

CREATE TRIGGER turns_submitted
AFTER INSERT ON jobs
WHEN NEW.state = 'queued' AND NEW.scheduled = 0
BEGIN
  INSERT INTO turns (class, submitter, queued, queued_chars, running, last_claim)
  VALUES (NEW.class, NEW.submitter, 1, NEW.text_chars, 0, 0)
  ON CONFLICT DO UPDATE SET queued = queued + 1, queued_chars = queued_chars + NEW.text_chars;
END;
CREATE TRIGGER turns_moved
AFTER UPDATE OF state, scheduled ON jobs
WHEN OLD.state <> NEW.state OR OLD.scheduled <> NEW.scheduled
BEGIN
  INSERT INTO turns (class, submitter, queued, queued_chars, running, last_claim)
  VALUES (NEW.class, NEW.submitter, 0, 0, 0, 0)
  ON CONFLICT DO NOTHING;
  UPDATE turns
  SET queued = queued
      - (OLD.state = 'queued' AND OLD.scheduled = 0) + (NEW.state = 'queued' AND NEW.scheduled = 0),
    queued_chars = queued_chars + NEW.text_chars
      * ((NEW.state = 'queued' AND NEW.scheduled = 0) - (OLD.state = 'queued' AND OLD.scheduled = 0)),
    running = running - (OLD.state = 'running') + (NEW.state = 'running'),
    last_claim = IIF(NEW.state = 'running', NEW.started_at, last_claim)
  WHERE class = NEW.class AND submitter = NEW.submitter;
  DELETE FROM turns
  WHERE class = NEW.class AND submitter = NEW.submitter AND queued = 0 AND running = 0;
END;

-- What the daemon remembers from one start to the next.
CREATE TABLE notes (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
  },
  {
    name: 'retention, lists and the start read no more than they need',
    sql: `
-- Final jobs, and the bytes of the results that are there; kept by the triggers below: counting a million takes 30 ms.
CREATE TABLE final_counts (
  only INTEGER PRIMARY KEY,
  jobs INTEGER NOT NULL,
  result_bytes INTEGER NOT NULL,

  CONSTRAINT one_row
    CHECK (only = 1),
  CONSTRAINT counts_not_negative
    CHECK (jobs >= 0 AND result_bytes >= 0)
) STRICT;
INSERT INTO final_counts (only, jobs, result_bytes)
SELECT 1, COUNT(finished_at), IFNULL(SUM(IIF(expired_at IS NULL, result_bytes, 0)), 0)
FROM jobs;
CREATE TRIGGER final_changed
AFTER UPDATE OF finished_at, expired_at, result_bytes ON jobs
BEGIN
  UPDATE final_counts
  SET jobs = jobs - (OLD.finished_at IS NOT NULL) + (NEW.finished_at IS NOT NULL),
    result_bytes = result_bytes - IIF(OLD.expired_at IS NULL, IFNULL(OLD.result_bytes, 0), 0)
      + IIF(NEW.expired_at IS NULL, IFNULL(NEW.result_bytes, 0), 0);
END;
CREATE TRIGGER final_deleted
AFTER DELETE ON jobs
WHEN OLD.finished_at IS NOT NULL
BEGIN
  UPDATE final_counts
  SET jobs = jobs - 1,
    result_bytes = result_bytes - IIF(OLD.expired_at IS NULL, IFNULL(OLD.result_bytes, 0), 0);
END;

-- The results that should be on disk, in order of acceptance: finding them must not read past those that are gone.
CREATE INDEX jobs_present
  ON jobs (seq)
  WHERE state = 'completed' AND expired_at IS NULL;

-- A later minute never has a smaller first_seq, though a clock was set back: so the first row from a time on says where
-- to read from, and not the smallest of all that follow.
UPDATE accepted_minutes
SET first_seq = since.first_seq
FROM (
  SELECT minute, MIN(first_seq) OVER (ORDER BY minute DESC ROWS UNBOUNDED PRECEDING) AS first_seq
  FROM accepted_minutes
) AS since
WHERE since.minute = accepted_minutes.minute AND since.first_seq < accepted_minutes.first_seq;
DROP TRIGGER note_minute;
CREATE TRIGGER note_minute
AFTER INSERT ON jobs
WHEN NOT EXISTS (SELECT 1 FROM accepted_minutes WHERE minute = NEW.created_at / 60000)
BEGIN
  INSERT INTO accepted_minutes (minute, first_seq)
  VALUES (NEW.created_at / 60000, IFNULL((
    SELECT first_seq
    FROM accepted_minutes
    WHERE minute > NEW.created_at / 60000
    ORDER BY minute
    LIMIT 1
  ), NEW.seq));
END;
`,
  },
  {
    name: 'jobs that speak with a clip',
    sql: `
-- A recording is kept as long as a job could be made with it: those jobs are found without reading all others.
CREATE INDEX jobs_with_clip
  ON jobs (seq)
  WHERE instr(spec, '"clip:') > 0;
`,
  },
  {
    name: 'jobs that wait for a model',
    sql: `
-- Asked before a model is removed: finding one must not read all that wait.
CREATE INDEX jobs_unfinished_by_model
  ON jobs (json_extract(spec, '$.model'))
  WHERE state IN ('queued', 'running');
`,
  },
];
