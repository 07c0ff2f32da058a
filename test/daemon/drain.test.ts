// SIGTERM while there is work: it ends in time, and the work goes on at the next start.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

afterAll(removeDataDirs);

test('a chunk or a result that takes longer than the drain limit is broken off, and no job is blamed', async () => {
  const dataDir = await makeDataDir();
  const config = join(dataDir, 'config.yaml');
  writeFileSync(config, 'job_queue:\n  drain_sec: 0\n');
  let daemon = await startDaemon({ dataDir, config });
  const body = { text: makeProse(1500), format: 'opus', seed: 4 };
  const submitted = (await daemon.call('POST', '/v1/jobs', body)).json<{ jobs: { job: { id: string } }[] }>();
  const { id } = submitted.jobs[0]!.job;
  const look = async () =>
    (await daemon.call('GET', `/v1/jobs/${id}`)).json<{ state: string; progress: number }>();
  // 99 is where everything is spoken and the file is being written.
  for (const progress of [1, 99]) {
    await waitFor(`progress ${progress}`, async () => (await look()).progress >= progress);
    expect(await daemon.stop('SIGTERM')).toBe(0);
    daemon = await startDaemon({ dataDir, config });
  }
  await waitFor('the job to complete', async () => {
    const { state } = await look();
    expect(state).not.toBe('failed');
    return state === 'completed';
  });
  await daemon.stop();
});
