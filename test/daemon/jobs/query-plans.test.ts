// What every request or every turn of the loop runs must find its rows by an index, however long the table is.
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../src/daemon/jobs/database.ts';
import { composeListSql } from '../../../src/daemon/jobs/queries.ts';
import { prepareStatements } from '../../../src/daemon/jobs/statements.ts';
import { makeTempDir } from './temp-store.ts';

function openStatements() {
  const db = openDatabase(join(makeTempDir(), 'ttsd.db'));
  onTestFinished(() => {
    db.close();
  });
  const explain = (sql: string) => {
    const names = [...new Set([...sql.matchAll(/@(\w+)/g)].map(([, name]) => name!))];
    const rows = db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all(Object.fromEntries(names.map((name) => [name, 1])));
    return (rows as { detail: string }[]).map(({ detail }) => detail);
  };
  return { statements: prepareStatements(db), explain };
}

test.each([
  ['findByIdempotencyKey', ['SEARCH jobs USING INDEX jobs_idempotency']],
  ['get', ['SEARCH jobs USING INDEX sqlite_autoindex_jobs_1']],
  ['getBySeq', ['SEARCH jobs USING INTEGER PRIMARY KEY']],
  ['getTextBySeq', ['SEARCH texts USING INTEGER PRIMARY KEY']],
  ['countQueued', ['SCAN queue_counts']],
  ['countRunning', ['SEARCH jobs USING COVERING INDEX jobs_by_state (state=?)']],
  [
    'claimNext',
    [
      'SEARCH jobs USING INTEGER PRIMARY KEY',
      'SEARCH jobs USING COVERING INDEX jobs_queued (class=? AND submitter=?)',
      'SEARCH turns USING INDEX turns_next (class=? AND running<?)',
    ],
  ],
  ['findUnfinishedOfModel', ['SEARCH jobs USING INDEX jobs_unfinished_by_model (<expr>=?)']],
  ['listNextTurns', ['SEARCH turns USING INDEX turns_next (class=?)']],
  ['listQueuedOf', ['SEARCH jobs USING COVERING INDEX jobs_queued (class=? AND submitter=?)']],
  ['listScheduled', ['SCAN jobs USING COVERING INDEX jobs_due']],
  ['listEnded', ['SEARCH jobs USING INDEX jobs_final (finished_at>?)']],
  ['getNextDue', ['SEARCH jobs USING COVERING INDEX jobs_due']],
  ['admitDue', ['SEARCH jobs USING COVERING INDEX jobs_due (not_before<?)']],
  ['edit', ['SEARCH jobs USING INDEX sqlite_autoindex_jobs_1 (id=?)']],
  ['getOldestInterrupted', ['SEARCH jobs USING COVERING INDEX jobs_interrupted']],
  ['saveProgress', ['SEARCH jobs USING INDEX sqlite_autoindex_jobs_1 (id=?)']],
  ['complete', ['SEARCH jobs USING INDEX sqlite_autoindex_jobs_1 (id=?)']],
  ['cancel', ['SEARCH jobs USING INDEX sqlite_autoindex_jobs_1 (id=?)']],
  ['getText', ['SEARCH jobs USING COVERING INDEX', 'SEARCH texts USING INTEGER PRIMARY KEY']],
  ['listChangedJobs', ['SEARCH jobs USING INDEX jobs_changed (change_seq>?)']],
  ['listRemovedJobs', ['SEARCH removed_jobs USING INTEGER PRIMARY KEY (rowid>?)']],
  ['rescue', ['SEARCH jobs USING INDEX jobs_by_state (state=?)']],
  ['expireResults', ['SEARCH jobs USING COVERING INDEX jobs_with_result (<expr>=? AND finished_at<?)']],
  ['expireTexts', ['SEARCH texts USING INTEGER PRIMARY KEY', 'SEARCH jobs USING INDEX jobs_without_result']],
  [
    'forgetExpired',
    ['SEARCH jobs USING COVERING INDEX jobs_expired (<expr>=? AND expired_at>? AND expired_at<?)'],
  ],
  ['forgetOldest', ['SEARCH jobs USING COVERING INDEX jobs_final']],
  ['countFinal', ['SCAN final_counts']],
  ['listOldestResults', ['SEARCH jobs USING COVERING INDEX jobs_with_result (<expr>=? AND finished_at<?)']],
  ['listResults', ['SEARCH jobs USING INDEX jobs_present (seq>?)']],
  [
    'findJobOfClip',
    ['SCAN jobs USING INDEX jobs_with_clip', 'SEARCH texts EXISTS USING INTEGER PRIMARY KEY'],
  ],
] as const)('%s finds its rows by an index', (name, expected) => {
  const { statements, explain } = openStatements();
  const plan = explain(statements[name].source);
  for (const step of expected) expect(plan).toContainEqual(expect.stringContaining(step));
  expect(plan.filter((step) => /^SCAN jobs(?! USING)|TEMP B-TREE/.test(step))).toEqual([]);
});

test('a queue position is counted in the index alone', () => {
  const { statements, explain } = openStatements();
  const counting = explain(statements.getRank.source).filter((step) => step.includes('jobs_queued'));
  expect(counting).toEqual([
    'SEARCH jobs USING COVERING INDEX jobs_queued (class=? AND submitter=? AND ahead<?)',
    'SEARCH jobs USING COVERING INDEX jobs_queued (class=? AND submitter=? AND ahead=? AND priority<?)',
    'SEARCH jobs USING COVERING INDEX jobs_queued (class=? AND submitter=? AND ahead=? AND priority=? AND seq>?)',
    'SEARCH jobs USING COVERING INDEX jobs_queued (class=? AND submitter=? AND ahead>?)',
    'SEARCH jobs USING COVERING INDEX jobs_queued (class=? AND submitter=? AND ahead=? AND priority>?)',
    'SEARCH jobs USING COVERING INDEX jobs_queued (class=? AND submitter=? AND ahead=? AND priority=? AND seq<?)',
  ]);
});

test.each([
  [{}, 'SCAN jobs'],
  [{ beforeSeq: 1 }, 'SEARCH jobs USING INTEGER PRIMARY KEY (rowid<?)'],
  [{ state: 'failed' as const }, 'SEARCH jobs USING INDEX jobs_by_state (state=?)'],
  [{ state: 'failed' as const, beforeSeq: 1 }, 'SEARCH jobs USING INDEX jobs_by_state (state=? AND seq<?)'],
  [{ label: 'x' }, 'SEARCH jobs USING INDEX jobs_by_label (label=?)'],
  [
    { label: 'x', state: 'failed' as const, beforeSeq: 1 },
    'SEARCH jobs USING INDEX jobs_by_label_and_state (label=? AND state=? AND seq<?)',
  ],
  [{ since: 1 }, 'SEARCH jobs USING INTEGER PRIMARY KEY (rowid>?)'],
  [{ since: 1, state: 'failed' as const }, 'SEARCH jobs USING INDEX jobs_by_state (state=? AND seq>?)'],
])('a list by %j reads a page in order and sorts nothing', (query, expected) => {
  const { explain } = openStatements();
  const plan = explain(composeListSql({ ...query, limit: 1 }));
  expect(plan.filter((step) => /\bjobs\b|TEMP B-TREE/.test(step))).toEqual([expected]);
});
