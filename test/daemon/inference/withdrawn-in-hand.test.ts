// A chunk can be withdrawn that the host has begun already: while the disk does not follow, the one before it still counts as in hand.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { JobPlanner } from '../../../src/daemon/inference/plan.ts';
import type { Daemon } from '../../helpers/daemon.ts';
import { findHostPid } from '../../helpers/engine-host.ts';
import { openLoop } from '../../helpers/loop.ts';
import { waitFor } from '../../helpers/wait-for.ts';

/** So many jobs on their way make the loop wait for the disk. */
const CROWD = 17;

test('a host that dies on a chunk that was withdrawn from it leaves no mark on the job of it', async () => {
  process.env.TTSD_FAULT = 'stall:marzipan';
  onTestFinished(() => {
    delete process.env.TTSD_FAULT;
  });
  const gate = Promise.withResolvers<void>();
  const wrote = Promise.withResolvers<void>();
  const { dataDir, store, loop, submit } = await openLoop({
    wrap: (options) => ({
      ...options,
      chunks: {
        ...options.chunks,
        async write(key, chunk) {
          wrote.resolve();
          await gate.promise;
          await options.chunks.write(key, chunk);
        },
      },
      planner: {
        async plan(job) {
          if (job.label === 'crowd') await gate.promise;
          return options.planner.plan(job);
        },
      } as JobPlanner,
    }),
  });
  onTestFinished(() => gate.resolve());
  const isGivenOut = (id: string) => {
    const active = loop.getActive(id);
    return active !== undefined && active.waiting === undefined;
  };

  for (let count = 0; count < CROWD; count++) await submit({ text: 'One of many.', label: 'crowd' });
  const first = await submit({ text: 'This one is made.', class: 'batch' });
  const givesWay = await submit({ text: 'This one is marzipan.', class: 'batch' });
  await wrote.promise;
  await waitFor('the second to be in the host', () => isGivenOut(givesWay));
  const urgent = await submit({ text: 'This one is more urgent.' });
  await waitFor('the urgent one to take its place', () => isGivenOut(urgent));
  expect(loop.getActive(givesWay)!.isChunkDone(0)).toBe(false);

  delete process.env.TTSD_FAULT;
  process.kill(await findHostPid({ endpoint: { pid: process.pid } } as Daemon), 'SIGKILL');
  await waitFor('the second to be given back', () => !isGivenOut(givesWay));
  gate.resolve();
  for (const id of [first, givesWay, urgent])
    await waitFor(`${id} to complete`, async () => (await store.get(id))!.state === 'completed');
  const db = new Database(join(dataDir, 'ttsd.db'), { readonly: true });
  expect(db.prepare('SELECT DISTINCT crashes FROM jobs').pluck().all()).toEqual([0]);
  db.close();
});
