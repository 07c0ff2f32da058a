// Listening to the chunks of a job that are there, that come, and that are made just now.
import { expect, onTestFinished, test } from 'vitest';
import type { ActiveJob } from '../../../src/daemon/inference/active-job.ts';
import { openChunkStore } from '../../../src/daemon/inference/chunk-store.ts';
import { HeardChunk } from '../../../src/daemon/inference/heard-chunk.ts';
import { listen } from '../../../src/daemon/inference/listen.ts';
import { JobChanges } from '../../../src/daemon/jobs/job-changes.ts';
import { makeTempDir } from '../jobs/temp-store.ts';
import { takeUp } from './take-up.ts';

const bytes = (...values: number[]) => Buffer.from(Int16Array.from(values).buffer);

async function prepare() {
  const active = takeUp();
  const chunks = await openChunkStore(makeTempDir(), { onDamage: () => {} });
  const changes = new JobChanges();
  let isActive = true;
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const parts = listen(active.id, {
    loop: { getActive: () => (isActive ? active : undefined), holdChunks: () => () => {} },
    planner: { plan: async () => [...active.plan] },
    chunks,
    changes,
    find: async () => ({ ...active.job, state: 'cancelled', finishedAt: 0 }) as never,
    signal: stop.signal,
  });
  return {
    active,
    next: async () => (await parts.next()).value,
    async keep(index: number, pcm: Buffer) {
      await chunks.write(active.plan[index]!.key, { pcm, sampleRateHz: 24_000, words: [], warnings: [] });
      active.finishChunk(index, pcm.length / 2);
      changes.emit(active.id);
    },
    cancel() {
      isActive = false;
      changes.emit(active.id);
    },
  };
}

function begin(active: ActiveJob, index: number): HeardChunk {
  const heard = new HeardChunk();
  active.hear(index, heard);
  return heard;
}

test('who is in the middle of a chunk when it is made hears the rest of it, from memory or from disk', async () => {
  const { active, next, keep } = await prepare();
  for (const [index, isOnDisk] of [false, true].entries()) {
    const heard = begin(active, index);
    heard.add(bytes(1, 2));
    expect(await next()).toMatchObject({ pcm: bytes(1, 2), boundary: undefined });
    const waiting = next();
    heard.add(bytes(3));
    expect(await waiting).toMatchObject({ pcm: bytes(3), boundary: undefined });
    const whole = heard.finish(bytes(1, 2, 3, 4, 5));
    if (isOnDisk) await keep(index, whole);
    expect(await next()).toMatchObject({ pcm: bytes(4, 5), boundary: 'sentence' });
    if (!isOnDisk) await keep(index, whole);
  }
});

test('who comes in the middle of a chunk hears what there is of it, and waits for the rest', async () => {
  const { active, next } = await prepare();
  const heard = begin(active, 0);
  heard.add(bytes(1, 2));
  heard.add(bytes(3));
  expect(await next()).toMatchObject({ pcm: bytes(1, 2, 3), boundary: undefined });
  const waiting = next();
  // The host died; what comes again is not heard again.
  active.giveBackChunk(active.takeChunk());
  heard.begin();
  heard.add(bytes(1, 2));
  heard.add(bytes(3, 4));
  expect(await waiting).toMatchObject({ pcm: bytes(4), boundary: undefined });
});

test('a job that ends in the middle of a chunk says how', async () => {
  const { active, next, cancel } = await prepare();
  begin(active, 0).add(bytes(1, 2));
  await next();
  const waiting = next();
  cancel();
  await expect(waiting).rejects.toThrow(/was cancelled/);
});
