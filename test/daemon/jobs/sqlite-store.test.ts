import type { Worker } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import { openSqliteStore } from '../../../src/daemon/jobs/sqlite-store.ts';
import { describeJobStore } from './conformance.ts';
import { makeJob, NOON } from './samples.ts';
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
