import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSqliteStore } from '../../../src/daemon/jobs/sqlite-store.ts';
import { describeJobStore } from './conformance.ts';

describeJobStore('SQLite', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ttsd-store-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  return openSqliteStore({
    dataDir,
    onFailure: (error) => {
      throw error;
    },
  });
});
