import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openSqliteStore } from '../../../src/daemon/jobs/sqlite-store.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { describeJobStore } from './conformance.ts';
import { makeDone, makeJob, NOON } from './samples.ts';
import { describeStateMachine } from './state-machine.ts';
import { makeTempDir, openTempStore } from './temp-store.ts';

describeJobStore('SQLite', () => openTempStore());
describeStateMachine('SQLite', () => openTempStore());

test('what was acknowledged is there when the store is opened again', async () => {
  const dataDir = makeTempDir();
  const job = makeJob();
  const first = await openTempStore(dataDir);
  await first.submit([job], NOON);
  await first.close();
  const second = await openTempStore(dataDir);
  expect(await second.get(job.id)).toMatchObject({ id: job.id, state: 'queued' });
  expect(await second.getText(job.id)).toBe(job.text);
});

test('writes that come in together share a commit', async () => {
  const store = await openTempStore();
  await Promise.all(Array.from({ length: 200 }, () => store.submit([makeJob()], NOON)));
  const { commits, writes } = await store.getStats();
  expect(writes).toBe(200);
  expect(commits).toBeLessThan(100);
});

test('the log is moved into the database while jobs come in, and is gone when the store is closed', async () => {
  const dataDir = makeTempDir();
  const store = await openTempStore(dataDir);
  const file = join(dataDir, 'ttsd.db');
  const emptyBytes = statSync(file).size;
  await waitFor('the database to grow', async () => {
    await store.submit(
      Array.from({ length: 100 }, () => makeJob({ text: 'Straw. '.repeat(500) })),
      NOON,
    );
    return statSync(file).size > emptyBytes + 2 ** 20;
  });
  // Long before SQLite itself would have moved it.
  expect(statSync(`${file}-wal`).size).toBeLessThan(60 * 2 ** 20);
  await store.close();
  expect(existsSync(`${file}-wal`)).toBe(false);
});

test('what triggers count is what counting finds', async () => {
  const dataDir = makeTempDir();
  const store = await openTempStore(dataDir);
  await store.submit(
    Array.from({ length: 12 }, (_, index) => makeJob({ submitter: `label:${index % 3}` })),
    NOON,
  );
  const take = async (limit: number) =>
    store.claim({ class: 'interactive', owner: 'me', limit, newcomerLimit: 0, now: NOON });
  const [expired, lost, removed, kept, failed, retried, cancelled, , released] = await take(9);
  for (const job of [expired!, lost!, removed!, kept!])
    await store.complete(job, makeDone({ file: `${job.id}.wav`, now: job === kept ? NOON + 100 : NOON }));
  for (const job of [failed!, retried!])
    await store.fail(job, { code: 'internal', message: 'It broke.', now: NOON + 50 });
  await store.cancel(cancelled!.id, NOON + 50);
  await store.retry(retried!.id, NOON + 60);
  await store.release(released!);
  await store.requeue(lost!.id, 'The file was lost.');
  await store.remove(removed!.id);
  await store.markFetched(expired!.id, NOON + 1);
  expect((await store.expire({ ttlMs: 80, now: NOON + 120 })).files).toEqual([`${expired!.id}.wav`]);
  await store.close();

  const db = new Database(join(dataDir, 'ttsd.db'), { readonly: true });
  onTestFinished(() => {
    db.close();
  });
  const read = (sql: string) => db.prepare(sql).all();
  expect(read('SELECT jobs, result_bytes FROM final_counts')).toEqual(
    read(`SELECT COUNT(*) AS jobs, SUM(IIF(expired_at IS NULL, IFNULL(result_bytes, 0), 0)) AS result_bytes
      FROM jobs WHERE finished_at IS NOT NULL`),
  );
  expect(read('SELECT jobs, chars FROM queue_counts WHERE jobs > 0')).toEqual(
    read("SELECT COUNT(*) AS jobs, SUM(text_chars) AS chars FROM jobs WHERE state = 'queued'"),
  );
  expect(read('SELECT submitter, queued, running FROM turns ORDER BY 1')).toEqual(
    read(`SELECT submitter, SUM(state = 'queued') AS queued, SUM(state = 'running') AS running
      FROM jobs WHERE state IN ('queued', 'running') GROUP BY 1 ORDER BY 1`),
  );
});

test('close waits for what was asked before, and may be called twice', async () => {
  const dataDir = makeTempDir();
  const store = await openTempStore(dataDir);
  const job = makeJob();
  const submitted = store.submit([job], NOON);
  await Promise.all([store.close(), store.close()]);
  expect((await submitted)[0]!.job.id).toBe(job.id);
  expect(await (await openTempStore(dataDir)).get(job.id)).toBeDefined();
});

test('when its thread dies every call is rejected and the owner is told once', async () => {
  const workers: Worker[] = [];
  process.once('worker', (worker) => workers.push(worker));
  const onFailure = vi.fn();
  const store = await openSqliteStore({ dataDir: makeTempDir(), onFailure });
  const pending = store.submit([makeJob()], NOON);
  const refused = expect(pending).rejects.toMatchObject({ code: 'storage_failed' });
  await workers[0]!.terminate();
  await refused;
  await expect(store.get('x')).rejects.toMatchObject({ code: 'storage_failed' });
  await store.close();
  expect(onFailure).toHaveBeenCalledOnce();
  expect(onFailure.mock.lastCall![0]).toMatchObject({ name: 'TtsError', code: 'storage_failed' });
});
