import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { TtsError } from '../../../src/api/errors.ts';
import { toStoreError } from '../../../src/daemon/jobs/sqlite-errors.ts';

test.each([
  ['SQLITE_FULL', 'disk_full'],
  ['SQLITE_IOERR_FSYNC', 'storage_failed'],
  ['SQLITE_IOERR_WRITE', 'storage_failed'],
  ['SQLITE_READONLY', 'storage_failed'],
  ['SQLITE_CANTOPEN', 'storage_failed'],
  ['SQLITE_BUSY', 'storage_failed'],
  ['SQLITE_CORRUPT_INDEX', 'database_corrupt'],
  ['SQLITE_NOTADB', 'database_corrupt'],
  ['SQLITE_CONSTRAINT_CHECK', 'internal'],
])('%s is %s to a user, who is told the file', (sqliteCode, code) => {
  const cause = new Database.SqliteError('why', sqliteCode);
  const error = toStoreError(cause, '/data/ttsd.db');
  expect(error).toMatchObject({ name: 'TtsError', code, cause });
  if (code !== 'internal') expect(error.message).toContain('/data/ttsd.db');
});

test('a full disk is the same wherever it shows', () => {
  const error = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  expect(toStoreError(error, '/data/ttsd.db')).toMatchObject({ code: 'disk_full' });
});

test('an error that is meant for the user already stays itself', () => {
  const error = new TtsError('idempotency_mismatch', 'again');
  expect(toStoreError(error, '/data/ttsd.db')).toBe(error);
});
