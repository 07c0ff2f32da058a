// What SQLite's error codes mean to a user.
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { TtsError } from '../../api/errors.ts';

/** An error of SQLite on the database `file` as a TtsError; anything else as `internal`, or itself when it is one already. */
export function toStoreError(error: unknown, file: string): TtsError {
  if (error instanceof TtsError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const sqliteCode = error instanceof Database.SqliteError ? error.code : '';
  const systemCode = (error as NodeJS.ErrnoException | undefined)?.code;

  if (/^SQLITE_(CORRUPT|NOTADB)/.test(sqliteCode)) return describeCorrupt(file, message, error);
  if (sqliteCode === 'SQLITE_FULL' || systemCode === 'ENOSPC') return describeFull(file, error);
  if (/^SQLITE_(IOERR|CANTOPEN|READONLY|BUSY|PROTOCOL|NOMEM|PERM|AUTH)/.test(sqliteCode)) {
    // A full disk also shows as a failed sync or as a shared-memory file that cannot grow.
    if (!sqliteCode.startsWith('SQLITE_BUSY') && isDiskFull(file)) return describeFull(file, error);
    return new TtsError(
      'storage_failed',
      `The job database ${file} cannot be written or read (${sqliteCode}: ${message}). Check the disk and the permissions, then try again.`,
      { cause: error },
    );
  }
  return new TtsError('internal', `The job store failed: ${message}`, { cause: error });
}

/** The disk failed under the database. Shared memory is no part of what must last, and a full disk leaves all as it was. */
export function isIoFailure(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_IOERR(?!_SHM)/.test(error.code);
}

export function describeCorrupt(file: string, why: string, cause?: unknown): TtsError {
  return new TtsError(
    'database_corrupt',
    `The job database ${file} is damaged or not one of ttsd (${why}). Nothing was changed. ` +
      `Put back a copy of it, or try: sqlite3 '${file}' .recover. To begin with an empty queue, move it and its -wal file elsewhere.`,
    { cause },
  );
}

function describeFull(file: string, cause: unknown): TtsError {
  return new TtsError(
    'disk_full',
    `No space is left for the job database ${file}. Free some space on that disk; jobs already accepted are safe.`,
    { cause },
  );
}

function isDiskFull(file: string): boolean {
  try {
    return statfsSync(dirname(file)).bavail === 0;
  } catch {
    return false;
  }
}
