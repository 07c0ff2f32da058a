import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../src/daemon/jobs/database.ts';
import { toNewRow } from '../../../src/daemon/jobs/new-row.ts';
import { parseJob } from '../../../src/daemon/jobs/row.ts';
import { prepareStatements } from '../../../src/daemon/jobs/statements.ts';
import { createTransitions } from '../../../src/daemon/jobs/transitions.ts';
import { makeJob, NOON } from './samples.ts';
import { makeTempDir } from './temp-store.ts';

function readRow(): Record<string, unknown> {
  const db = openDatabase(join(makeTempDir(), 'ttsd.db'));
  onTestFinished(() => {
    db.close();
  });
  const statements = prepareStatements(db);
  createTransitions(statements).submit([toNewRow(makeJob({ id: 'job' }))], NOON);
  return statements.get.get({ id: 'job' }) as Record<string, unknown>;
}

test('a row of the table is a job', () => {
  expect(parseJob(readRow())).toMatchObject({ id: 'job', state: 'queued', spec: makeJob().spec });
});

test.each([
  [{ state: 'paused' }, 'state'],
  [{ seq: '1' }, 'seq'],
  [{ text_preview: null }, 'text_preview'],
  [{ not_before: 'soon' }, 'not_before'],
  [{ spec: '{"voice":"hibari"}' }, 'spec'],
  [{ spec: JSON.stringify({ ...makeJob().spec, params: null }) }, 'spec'],
  [{ warnings: '[1]' }, 'warnings'],
  [{ state: 'running', owner: null }, 'owner'],
  [{ state: 'running', owner: 'me' }, 'started_at'],
  [{ state: 'completed', started_at: 1 }, 'finished_at'],
  [{ state: 'completed', started_at: 1, finished_at: 2 }, 'result_file'],
  [{ state: 'failed', finished_at: 2, error_code: 'tired', error_message: '' }, 'error_code'],
])('a row with %j is damage, and the column %s is named', (columns, column) => {
  const parse = () => parseJob({ ...readRow(), ...columns });
  expect(parse).toThrow(expect.objectContaining({ code: 'database_corrupt' }));
  expect(parse).toThrow(new RegExp(`job has .* in ${column}\\.`));
});
