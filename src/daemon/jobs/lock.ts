// One daemon for each data directory: an exclusive transaction on a database of its own, held open for as long as
// the daemon lives. The kernel drops it with the process, however that ends, so there is nothing to clean up. Nothing else in
// this process may open lock.db or ttsd.db by itself: closing any descriptor of a file drops the locks on it (POSIX).
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { TtsError } from '../../api/errors.ts';
import { toStoreError } from './sqlite-errors.ts';

/** Answers a function that gives the lock back. Throws `already_running` when somebody else has it. */
export function takeLock(dataDir: string): () => void {
  const file = join(dataDir, 'lock.db');
  let lock: Database.Database | undefined;
  try {
    lock = new Database(file, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    return lock.close.bind(lock);
  } catch (error) {
    lock?.close();
    if (!isBusy(error)) throw toStoreError(error, file);
    throw new TtsError(
      'already_running',
      `Another ttsd is running with the data directory ${dataDir}. Stop it with \`tts daemon stop\`, or choose another directory with --data-dir.`,
      { cause: error },
    );
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
