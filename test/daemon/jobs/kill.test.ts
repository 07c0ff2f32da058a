import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startChild } from './child.ts';
import { makeTempDir, openTempStore } from './temp-store.ts';

const ROUNDS = 8;

test('kill -9 at any moment loses nothing that was acknowledged', { timeout: 120_000 }, async () => {
  const dataDir = makeTempDir();
  /** Last acknowledged state of each job. */
  const acknowledged = new Map<string, string>();

  function note(line: string): void {
    const [state, id] = line.split(' ') as [string, string];
    if (id !== undefined && (state !== 'queued' || !acknowledged.has(id))) acknowledged.set(id, state);
  }

  for (let round = 0; round < ROUNDS; round++) {
    const child = startChild('work', dataDir);
    expect(await child.nextLine()).toBe('open');
    const lines = Math.floor(Math.random() * 60);
    for (let line = 0; line < lines; line++) note((await child.nextLine())!);
    for (const line of await child.kill()) note(line);

    const store = await openTempStore(dataDir);
    const jobs = new Map((await store.list({ limit: 1_000_000 })).map((job) => [job.id, job]));
    for (const [id, state] of acknowledged) {
      const job = jobs.get(id);
      expect(job, `job ${id} is lost after ${round + 1} kills`).toBeDefined();
      if (state !== 'queued') expect(job!.state).toBe(state);
      expect(await store.getText(id)).toBeDefined();
    }
    await store.close();
  }
  expect(acknowledged.size).toBeGreaterThan(ROUNDS);
});

test('kill -9 while the database is being made leaves one that opens', { timeout: 60_000 }, async () => {
  for (let round = 0; round < 8; round++) {
    const dataDir = makeTempDir();
    const child = startChild('open', dataDir);
    // Starting takes some hundred milliseconds; only the moment of the kill is left to chance, not the outcome.
    await delay(Math.random() * 400);
    await child.kill();
    const store = await openTempStore(dataDir);
    expect(await store.list({ limit: 1 })).toEqual([]);
    await store.close();
  }
});
