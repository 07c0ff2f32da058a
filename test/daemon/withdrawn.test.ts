// A chunk that waits in the engine host goes back when something more urgent comes. If the host then dies, that is not its job's fault.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import type { JobView } from '../../src/api/job.ts';
import { removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { findHostPid } from '../helpers/engine-host.ts';
import { waitFor } from '../helpers/wait-for.ts';

afterAll(removeDataDirs);

test('a host that dies with a withdrawn chunk in its line marks the job in hand, not the one that gave way', async () => {
  const daemon = await startDaemon();
  await daemon.call('POST', '/tts', { text: 'Wake up.' });
  const look = async (id: string) => (await daemon.call('GET', `/v1/jobs/${id}`)).json<JobView>();
  const submit = async (text: string, name: 'interactive' | 'batch') => {
    const reply = await daemon.call('POST', '/v1/jobs', { text, class: name });
    const { id } = reply.json<{ jobs: { job: JobView }[] }>().jobs[0]!.job;
    // From then on its chunk is in the host, or on its way there.
    await waitFor(`${id} to be taken up`, async () => (await look(id)).total_chunks !== null);
    return id;
  };
  const readCrashes = () => {
    const db = new Database(join(daemon.dataDir, 'ttsd.db'), { readonly: true });
    const rows = db.prepare('SELECT id, crashes FROM jobs').raw().all() as [string, number][];
    db.close();
    return Object.fromEntries(rows);
  };

  // Whatever it gets from now on stays where it is.
  process.kill(await findHostPid(daemon), 'SIGSTOP');
  const inHand = await submit('This one is in hand.', 'interactive');
  const givesWay = await submit('This one gives way.', 'batch');
  const urgent = await submit('This one is more urgent.', 'interactive');
  process.kill(await findHostPid(daemon), 'SIGKILL');
  for (const id of [inHand, givesWay, urgent])
    await waitFor(`${id} to complete`, async () => (await look(id)).state === 'completed');
  expect(readCrashes()).toMatchObject({ [inHand]: 1, [givesWay]: 0, [urgent]: 0 });
  await daemon.stop();
});
