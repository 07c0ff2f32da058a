import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { createGroupCommit } from '../../../src/daemon/jobs/group-commit.ts';

function openNumbers() {
  const db = new Database(':memory:');
  onTestFinished(() => {
    db.close();
  });
  // A child without a parent is found out at COMMIT, as a full disk or a failed sync is.
  db.exec(`
    CREATE TABLE parents (n INTEGER PRIMARY KEY);
    CREATE TABLE numbers (n INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED)
  `);
  const insert = db.prepare('INSERT INTO numbers (n, parent) VALUES (?, ?)');
  const counts = { commits: 0, writes: 0 };
  return {
    db,
    counts,
    groupCommit: createGroupCommit(db, counts),
    write: (n: number, parent: number | null = null) => {
      return () => {
        insert.run(n, parent);
        return n;
      };
    },
    list: () => db.prepare('SELECT n FROM numbers ORDER BY n').pluck().all(),
  };
}

test('many writes are one commit', () => {
  const { counts, groupCommit, write, list } = openNumbers();
  expect(groupCommit.commit([write(1), write(2), write(3)])).toEqual(
    [1, 2, 3].map((value) => ({ ok: true, value })),
  );
  expect(counts).toEqual({ commits: 1, writes: 3 });
  expect(list()).toEqual([1, 2, 3]);
});

test('a write that fails halfway undoes itself alone', () => {
  const { groupCommit, write, list } = openNumbers();
  const half = () => {
    write(8)();
    throw new Error('no');
  };
  const outcomes = groupCommit.commit([write(1), half, write(1), write(2)]);
  expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, false, true]);
  expect(list()).toEqual([1, 2]);
});

test('when the commit fails nothing of it is acknowledged or kept, and the next one works', () => {
  const { counts, groupCommit, write, list } = openNumbers();
  const outcomes = groupCommit.commit([write(1), write(2, 404)]);
  expect(outcomes.map(({ ok }) => ok)).toEqual([false, false]);
  expect(list()).toEqual([]);
  expect(counts).toEqual({ commits: 0, writes: 0 });
  expect(groupCommit.commit([write(1)])).toEqual([{ ok: true, value: 1 }]);
  expect(list()).toEqual([1]);
});

test('when SQLite itself undoes the transaction, the writes before are not acknowledged', () => {
  const { db, groupCommit, write, list } = openNumbers();
  const outcomes = groupCommit.commit([
    write(1),
    () => db.exec('INSERT OR ROLLBACK INTO numbers (n) VALUES (1)'),
  ]);
  expect(outcomes.map(({ ok }) => ok)).toEqual([false, false]);
  expect(list()).toEqual([]);
});

test('what does not fit on the disk does not refuse what does', () => {
  const { db, groupCommit, write, list } = openNumbers();
  db.exec('CREATE TABLE blobs (bytes BLOB) STRICT');
  db.pragma(`max_page_count = ${(db.pragma('page_count', { simple: true }) as number) + 2}`);
  const big = () => db.prepare('INSERT INTO blobs VALUES (zeroblob(1000000))').run();
  const outcomes = groupCommit.commit([write(1), big, write(2)]);
  expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
  expect(outcomes[1]).toMatchObject({ error: { code: 'SQLITE_FULL' } });
  expect(list()).toEqual([1, 2]);
});
