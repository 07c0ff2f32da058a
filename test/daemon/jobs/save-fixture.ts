// Saves a small database of the present schema version, with a job in every state, as test/fixtures/db/v<version>.db
// and what the store says of it beside it. Run once when a version is released: node test/daemon/jobs/save-fixture.ts
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIGRATIONS } from '../../../src/daemon/jobs/migrations.ts';
import { openSqliteStore } from '../../../src/daemon/jobs/sqlite-store.ts';
import { makeDone, makeJob, NOON } from './samples.ts';

const target = join(import.meta.dirname, '../../fixtures/db', `v${MIGRATIONS.length}`);
if (existsSync(`${target}.db`)) throw new Error(`${target}.db was saved before and must never change.`);
mkdirSync(join(target, '..'), { recursive: true });
const dataDir = mkdtempSync(join(tmpdir(), 'ttsd-fixture-'));
const store = await openSqliteStore({
  dataDir,
  onFailure: (error) => {
    throw error;
  },
});

const text = 'The meeting on March 3rd costs $45.50. 🙂';
await store.submit(
  [makeJob(), makeJob(), makeJob(), makeJob({ label: 'a book', warnings: ['voice.wav is heart'] })],
  NOON,
);
const [failed, cancelled, running, completed] = await store.claim({
  class: 'interactive',
  owner: 'daemon',
  limit: 4,
  newcomerLimit: 0,
  now: NOON + 1,
});
await store.recordCrash(failed!);
await store.fail(failed!, {
  code: 'engine_crashed',
  message: 'The engine died twice on this text.',
  now: NOON + 2,
});
await store.cancel(cancelled!.id, NOON + 2);
await store.saveProgress(running!, { doneChars: 6, doneChunks: 1, totalChunks: 2 });
await store.complete(
  completed!,
  makeDone({ file: 'done.wav', warnings: ['voice.wav is heart'], now: NOON + 2 }),
);
await store.markFetched(completed!.id, NOON + 3);
const idempotency = { key: 'key', fingerprint: 'print' };
await store.submit(
  [makeJob({ text, class: 'batch', priority: 7, notBefore: NOON + 1000, idempotency })],
  NOON + 4,
);
writeFileSync(`${target}.json`, `${JSON.stringify(await store.list({ limit: 100 }), null, 2)}\n`);
await store.close();

copyFileSync(join(dataDir, 'ttsd.db'), `${target}.db`);
rmSync(dataDir, { recursive: true });
