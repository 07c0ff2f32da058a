import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../src/daemon/jobs/database.ts';
import { toNewRow } from '../../../src/daemon/jobs/new-row.ts';
import { prepareStatements, type Statements } from '../../../src/daemon/jobs/statements.ts';
import { createTransitions } from '../../../src/daemon/jobs/transitions.ts';
import { makeDone, makeJob, NOON } from './samples.ts';
import { makeTempDir } from './temp-store.ts';

let db: Database.Database;
let statements: Statements;

beforeEach(() => {
  db = openDatabase(join(makeTempDir(), 'ttsd.db'));
  onTestFinished(() => {
    db.close();
  });
  statements = prepareStatements(db);
  const transitions = createTransitions(statements);
  const names = ['failed', 'completed', 'running', 'queued'];
  transitions.submit(
    names.map((id) => toNewRow(makeJob({ id }))),
    NOON,
  );
  const [failed, completed] = transitions.claim({
    class: 'interactive',
    owner: 'me',
    limit: 3,
    newcomerLimit: 0,
    now: NOON,
  });
  transitions.fail(failed!, { code: 'internal', message: 'x', now: NOON });
  transitions.complete(completed!, makeDone());
});

// Each job is named after its state.
test.each([
  ['queued', `state = 'paused'`, 'state_is_known'],
  ['queued', `class = 'urgent'`, 'class_is_known'],
  ['queued', 'priority = 101', 'priority_in_range'],
  ['queued', 'ahead = 2', 'ahead_is_a_flag'],
  ['queued', 'scheduled = 1', 'scheduled_only_in_queue'],
  ['queued', 'attempt = -1', 'counts_not_negative'],
  ['running', 'done_chunks = 3, total_chunks = 2', 'chunks_within_total'],
  ['queued', `spec = '[]'`, 'spec_is_an_object'],
  ['queued', `spec = '{'`, 'spec_is_an_object'],
  ['queued', `warnings = '{}'`, 'warnings_are_an_array'],
  ['queued', `owner = 'me'`, 'owner_exactly_when_running'],
  ['running', 'owner = NULL', 'owner_exactly_when_running'],
  ['queued', 'started_at = 1', 'started_when_running_or_completed'],
  ['running', 'started_at = NULL', 'started_when_running_or_completed'],
  ['completed', 'started_at = NULL', 'started_when_running_or_completed'],
  ['queued', 'finished_at = 1', 'finished_exactly_when_final'],
  ['completed', 'finished_at = NULL', 'finished_exactly_when_final'],
  [
    'failed',
    `state = 'queued', started_at = NULL, error_code = NULL, error_message = NULL`,
    'finished_exactly_when_final',
  ],
  ['failed', 'error_code = NULL', 'error_exactly_when_failed'],
  ['failed', 'error_message = NULL', 'error_exactly_when_failed'],
  ['completed', `error_code = 'internal', error_message = 'x'`, 'error_exactly_when_failed'],
  ['completed', 'result_file = NULL', 'result_exactly_when_completed'],
  ['completed', 'result_sha256 = NULL', 'result_exactly_when_completed'],
  ['running', `result_file = 'x.wav'`, 'result_exactly_when_completed'],
  ['failed', 'result_bytes = 1', 'result_exactly_when_completed'],
  ['completed', 'result_bytes = 0', 'result_in_range'],
  ['completed', `result_sha256 = 'abc'`, 'result_in_range'],
  ['failed', 'fetched_at = 1', 'fetched_or_expired_only_when_completed'],
  ['running', 'expired_at = 1', 'fetched_or_expired_only_when_completed'],
  ['queued', `idempotency_key = 'x'`, 'idempotency_is_whole'],
  ['queued', 'created_at = 1.5', 'cannot store REAL value in INTEGER column'],
  ['queued', 'id = NULL', 'NOT NULL constraint'],
])('a %s job cannot have %s', (id, assignment, rule) => {
  expect(() => db.exec(`UPDATE jobs SET ${assignment} WHERE id = '${id}'`)).toThrow(rule);
});

test('no two jobs share an id or an idempotency key', () => {
  expect(() => db.exec(`UPDATE jobs SET id = 'failed' WHERE id = 'queued'`)).toThrow('UNIQUE');
  const share = `UPDATE jobs SET idempotency_key = 'k', idempotency_fingerprint = 'f'`;
  expect(() => db.exec(share)).toThrow('UNIQUE');
});

test('the counts of the queue follow rows that are changed or deleted by hand', () => {
  const count = () => db.prepare(`SELECT jobs, chars FROM queue_counts WHERE class = 'interactive'`).get();
  expect(count()).toEqual({ jobs: 1, chars: 12 });
  db.exec(`UPDATE jobs SET state = 'queued', owner = NULL, started_at = NULL WHERE id = 'running'`);
  expect(count()).toEqual({ jobs: 2, chars: 24 });
  db.exec('DELETE FROM jobs');
  expect(count()).toEqual({ jobs: 0, chars: 0 });
});

test('no text without its job', () => {
  expect(() => db.exec(`INSERT INTO texts VALUES (999, 'x')`)).toThrow('FOREIGN KEY');
  db.exec(`DELETE FROM jobs WHERE id = 'queued'`);
  expect(db.prepare('SELECT COUNT(*) FROM texts').pluck().get()).toBe(3);
});
