import { expect, test } from 'vitest';
import { openSqliteStore } from '../../../src/daemon/jobs/sqlite-store.ts';
import { startChild } from './child.ts';
import { makeTempDir, openTempStore } from './temp-store.ts';

const ignore = () => {};

test('a second store for the same directory is refused by name, and harms nothing', async () => {
  const dataDir = makeTempDir();
  const store = await openTempStore(dataDir);
  const second = openSqliteStore({ dataDir, onFailure: ignore });
  await expect(second).rejects.toMatchObject({
    code: 'already_running',
    message: expect.stringContaining(dataDir),
  });
  await expect(openSqliteStore({ dataDir, onFailure: ignore })).rejects.toMatchObject({
    code: 'already_running',
  });
  expect(await store.list({ limit: 1 })).toEqual([]);
});

test('the directory is free again after close', async () => {
  const dataDir = makeTempDir();
  await (await openTempStore(dataDir)).close();
  await openTempStore(dataDir);
});

test('another process holds it, until it is killed', async () => {
  const dataDir = makeTempDir();
  const child = startChild('hold', dataDir);
  expect(await child.nextLine()).toBe('open');
  await expect(openSqliteStore({ dataDir, onFailure: ignore })).rejects.toMatchObject({
    code: 'already_running',
  });
  await child.kill();
  await openTempStore(dataDir);
});
