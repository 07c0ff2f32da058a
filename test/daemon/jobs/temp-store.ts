// A store in a directory of its own that goes away with the test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSqliteStore, type SqliteStore } from '../../../src/daemon/jobs/sqlite-store.ts';

export function makeTempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'ttsd-store-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

/** Any failure of the thread fails the test. */
export async function openTempStore(dataDir = makeTempDir()): Promise<SqliteStore> {
  const store = await openSqliteStore({
    dataDir,
    onFailure: (error) => {
      throw error;
    },
  });
  onTestFinished(() => store.close());
  return store;
}
