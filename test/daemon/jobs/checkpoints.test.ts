import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { Checkpoints } from '../../../src/daemon/jobs/checkpoints.ts';

test('a log that cannot be looked at or moved takes nothing back of the commit before it', () => {
  const db = new Database(':memory:');
  db.close();
  expect(() => new Checkpoints('nowhere.db').look(db)).not.toThrow();
});
