// What a durable submit is measured against: SQLite inserting one row at a time, each with its fsync, nothing around it.
import Database from 'better-sqlite3';
import type { Slice } from './load.ts';

/** Opens a database of its own in `file`; the answer inserts for so many milliseconds. */
export function openBareInserts(file: string): {
  insertForAWhile(text: string, ms: number): Slice;
  close(): void;
} {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE jobs (seq INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT');
  const insert = db.prepare('INSERT INTO jobs (text) VALUES (?)');
  return {
    insertForAWhile(text, ms) {
      const startMs = performance.now();
      const durationsMs: number[] = [];
      while (performance.now() - startMs < ms) {
        const beginMs = performance.now();
        insert.run(text);
        durationsMs.push(performance.now() - beginMs);
      }
      return { perSec: (durationsMs.length * 1000) / (performance.now() - startMs), durationsMs };
    },
    close: () => db.close(),
  };
}
