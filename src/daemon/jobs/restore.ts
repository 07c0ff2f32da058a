// Puts a backup in the place of the job database. What was there is moved aside, never deleted.
import { chmodSync, copyFileSync, existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { TtsError } from '../../api/errors.ts';
import { getClipsDir, unpackClips } from './backup-clips.ts';
import { prepareDataDir, syncDir, syncPath } from './data-dir.ts';
import { readVersion } from './database.ts';
import { takeLock } from './lock.ts';
import { MIGRATIONS } from './migrations.ts';
import { describeCorrupt, toStoreError } from './sqlite-errors.ts';

/**
 * Answers where the old database went, or null when there was none. Throws `already_running` while a daemon has the
 * directory, `database_corrupt` or `database_newer` when the backup is not good; then nothing was changed.
 */
export function restoreDatabase(dataDir: string, backup: string): string | null {
  checkBackup(backup);
  prepareDataDir(dataDir);
  const giveLockBack = takeLock(dataDir);
  const file = join(dataDir, 'ttsd.db');
  const fresh = `${file}.restore.tmp`;
  try {
    copyFileSync(backup, fresh);
    chmodSync(fresh, 0o600);
    unpackClips(fresh, getClipsDir(dataDir));
    syncPath(fresh);
    const aside = existsSync(file) ? `${file}.${new Date().toISOString().replaceAll(':', '-')}.aside` : null;
    // The log first: beside the restored database it would be taken for part of it.
    rmSync(`${file}-shm`, { force: true });
    if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${aside ?? file}-wal${aside ? '' : '.aside'}`);
    if (aside !== null) linkSync(file, aside);
    renameSync(fresh, file);
    syncDir(dataDir);
    return aside;
  } catch (error) {
    throw toStoreError(error, backup);
  } finally {
    rmSync(fresh, { force: true });
    giveLockBack();
  }
}

/** Throws `input_unreadable`, `database_corrupt` or `database_newer` for what cannot be restored; changes nothing. */
export function checkBackup(backup: string): void {
  if (!existsSync(backup)) throw new TtsError('input_unreadable', `There is no file ${backup}.`);
  try {
    readBackup(backup);
  } catch (error) {
    throw toStoreError(error, backup);
  }
}

function readBackup(backup: string): void {
  const db = new Database(backup, { readonly: true });
  try {
    if (readVersion(db, backup, MIGRATIONS.length) === 0)
      throw describeCorrupt(backup, 'it holds no jobs table');
    const found = db.pragma('quick_check(1)', { simple: true });
    if (found !== 'ok') throw describeCorrupt(backup, String(found));
  } finally {
    db.close();
  }
}
