// Many writes, one transaction, one fsync: each write stands alone inside, all become durable together.
import type Database from 'better-sqlite3';

export type Outcome = { ok: true; value: unknown } | { ok: false; error: unknown };

export interface CommitCounts {
  /** Transactions that reached the disk. */
  commits: number;
  /** Writes that were part of them. */
  writes: number;
}

export interface GroupCommit {
  /** Answers one outcome for each write, in order, after the commit. */
  commit(writes: readonly (() => unknown)[]): Outcome[];
}

/** Adds what it commits to `counts`. */
export function createGroupCommit(db: Database.Database, counts: CommitCounts): GroupCommit {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commitAll = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const enter = db.prepare('SAVEPOINT one_write');
  const leave = db.prepare('RELEASE one_write');
  const undo = db.prepare('ROLLBACK TO one_write');

  /** Throws when the transaction as a whole came to nothing. */
  function commitTogether(writes: readonly (() => unknown)[]): Outcome[] {
    begin.run();
    try {
      const outcomes = writes.map(runAlone);
      commitAll.run();
      counts.commits++;
      counts.writes += outcomes.filter((outcome) => outcome.ok).length;
      return outcomes;
    } finally {
      if (db.inTransaction) rollback.run();
    }
  }

  function runAlone(write: () => unknown): Outcome {
    enter.run();
    try {
      const value = write();
      leave.run();
      return { ok: true, value };
    } catch (error) {
      // After some errors SQLite has undone the whole transaction by itself: then nothing here happened.
      if (!db.inTransaction) throw error;
      undo.run();
      leave.run();
      return { ok: false, error };
    }
  }

  function commit(writes: readonly (() => unknown)[]): Outcome[] {
    if (writes.length === 0) return [];
    try {
      return commitTogether(writes);
    } catch (error) {
      // What does not fit on the disk must not refuse the small write beside it.
      if (writes.length > 1 && isFull(error)) return writes.flatMap((write) => commit([write]));
      return writes.map(() => ({ ok: false, error }));
    }
  }

  return { commit };
}

function isFull(error: unknown): boolean {
  return (error as { code?: string }).code === 'SQLITE_FULL';
}
