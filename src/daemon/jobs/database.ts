// Opens the job database: settings proven, schema brought up to date, nothing overwritten that is not understood.
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { TtsError } from '../../api/errors.ts';
import { describeUnusable, syncDir, syncPath } from './data-dir.ts';
import { APPLICATION_ID, MIGRATIONS, type Migration } from './migrations.ts';
import { describeCorrupt, toStoreError } from './sqlite-errors.ts';

/** With these a commit is on disk when it returns; what SQLite answers when asked again must be the same. */
const SETTINGS: readonly (readonly [name: string, value: number | string, readBack: number | string])[] = [
  ['busy_timeout', 5000, 5000],
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
  ['journal_size_limit', 64 * 1024 * 1024, 64 * 1024 * 1024],
  // The log is moved into the database by a thread of its own; this bounds it where that cannot keep up.
  ['wal_autocheckpoint', 16_000, 16_000],
  ['trusted_schema', 'OFF', 0],
  // Only there does an ordinary fsync leave the data in the drive's own cache.
  ...(process.platform === 'darwin' ? ([['fullfsync', 1, 1]] as const) : []),
];

/**
 * Opens or creates `file`. Throws `database_corrupt`, `database_newer`, `data_dir_unusable`, `disk_full` or
 * `storage_failed`. The caller holds the lock of the directory.
 */
export function openDatabase(file: string, migrations: readonly Migration[] = MIGRATIONS): Database.Database {
  let db: Database.Database | undefined;
  try {
    createPrivately(file);
    syncLog(`${file}-wal`);
    db = new Database(file);
    const version = readVersion(db, file, migrations.length);
    applySettings(db);
    migrate(db, file, version, migrations);
    // Again, because migrating turns foreign keys off.
    applySettings(db);
    syncDir(dirname(file));
    return db;
  } catch (error) {
    db?.close();
    throw explainOpening(error, file);
  }
}

/** SQLite gives its side files the mode of the database: readable by nobody else. */
function createPrivately(file: string): void {
  const readSize = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;
  const size = readSize(file);
  // SQLite would throw this log away: with an empty database beside it, it is all that is left of the jobs.
  if (!size && readSize(`${file}-wal`)) {
    throw describeCorrupt(file, 'it is empty, but its -wal file is not');
  }
  if (size === undefined) closeSync(openSync(file, 'wx', 0o600));
}

/**
 * Writes a log that was left behind once more, byte for byte, and syncs it. After a failed sync the system may hold pages
 * of it that it takes for written though the disk never got them; commits that build on them would be lost with them.
 */
function syncLog(log: string): void {
  if (!statSync(log, { throwIfNoEntry: false })?.size) return;
  const handle = openSync(log, 'r+');
  try {
    const part = Buffer.alloc(1024 * 1024);
    for (let at = 0; ; ) {
      const bytes = readSync(handle, part, 0, part.length, at);
      if (bytes === 0) break;
      for (let done = 0; done < bytes; ) done += writeSync(handle, part, done, bytes - done, at + done);
      at += bytes;
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Reads only, so that a file that is not ours stays as it was. */
export function readVersion(db: Database.Database, file: string, known: number): number {
  const version = db.pragma('user_version', { simple: true }) as number;
  const isEmpty = db.pragma('schema_version', { simple: true }) === 0;
  if (!isEmpty && db.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw describeCorrupt(file, 'it belongs to another program');
  }
  if (version > known) {
    throw new TtsError(
      'database_newer',
      `The job database ${file} has version ${version}, this ttsd knows up to ${known}. Use the newer ttsd again, or another directory with --data-dir.`,
    );
  }
  return version;
}

function applySettings(db: Database.Database): void {
  for (const [name, value, expected] of SETTINGS) {
    db.pragma(`${name} = ${value}`);
    const found = db.pragma(name, { simple: true });
    if (found === expected) continue;
    throw new TtsError(
      'storage_failed',
      `SQLite refused the setting ${name} = ${value}, it is ${found}. Without it jobs could be lost: use a data directory on a local disk.`,
    );
  }
}

function migrate(db: Database.Database, file: string, from: number, migrations: readonly Migration[]): void {
  if (from > 0 && from < migrations.length) keepCopy(db, file, from);
  // A step may build a table anew; dropping the old one must not take along what hangs on it.
  db.pragma('foreign_keys = OFF');
  for (const [index, { name, sql }] of migrations.entries()) {
    if (index < from) continue;
    db.transaction(() => {
      db.exec(sql);
      if (db.prepare('PRAGMA foreign_key_check').get() !== undefined) {
        throw new Error(`Step ${index + 1} (${name}) leaves rows without their parent.`);
      }
      db.pragma(`user_version = ${index + 1}`);
    }).immediate();
  }
}

/** A whole copy under the old version's name, on disk before anything is changed. */
function keepCopy(db: Database.Database, file: string, version: number): void {
  saveCopy(db, file.replace(/(\.db)?$/, `.v${version}.db`));
}

/** Writes all that is committed to a database of its own, private, whole or not at all; on disk when this returns. */
export function saveCopy(db: Database.Database, copy: string): void {
  const unfinished = `${copy}.tmp`;
  rmSync(unfinished, { force: true });
  try {
    createPrivately(unfinished);
    db.prepare('VACUUM INTO ?').run(unfinished);
    syncPath(unfinished);
    renameSync(unfinished, copy);
  } finally {
    rmSync(unfinished, { force: true });
  }
  syncDir(dirname(copy));
}

function explainOpening(error: unknown, file: string): TtsError {
  const code = (error as { code?: string }).code ?? '';
  if (/^(SQLITE_(READONLY|CANTOPEN|PERM)|EACCES|EROFS|EPERM)/.test(code)) {
    return describeUnusable(dirname(file), `has a database that cannot be written (${file}: ${code})`, error);
  }
  return toStoreError(error, file);
}
