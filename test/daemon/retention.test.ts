// job_queue.job_ttl_hours and cleanup_interval_sec, as config.yaml sets them.
import { writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { waitFor } from '../helpers/wait-for.ts';

afterAll(removeDataDirs);

test('a fetched result goes after its time, its status stays a while as a memory, then it is unknown', async () => {
  const dataDir = await makeDataDir();
  const config = join(dataDir, 'config.yaml');
  writeFileSync(config, `job_queue:\n  job_ttl_hours: ${5 / 3600}\n  cleanup_interval_sec: 1\n`);
  const daemon = await startDaemon({ dataDir, config });
  const { job_id: id } = (await daemon.call('POST', '/tts/enqueue', { text: 'Gone in five seconds.' })).json<{
    job_id: string;
  }>();
  await waitFor('the result', async () => (await daemon.call('GET', `/tts/${id}/result`)).status === 200);
  // The sound, and when its words are heard.
  expect(await readdir(join(dataDir, 'results'))).toHaveLength(2);

  const gone = await waitFor('the result to expire', async () => {
    const reply = await daemon.call('GET', `/tts/${id}/result`);
    return reply.status === 410 && reply;
  });
  expect(gone.json()).toMatchObject({
    error: { code: 'result_expired', message: expect.stringContaining('job_ttl_hours') },
  });
  expect((await daemon.call('GET', `/tts/${id}/status`)).json()).toMatchObject({
    status: 'completed',
    output_available: false,
  });
  expect(await readdir(join(dataDir, 'results'))).toEqual([]);

  await waitFor(
    'the job to be forgotten',
    async () => (await daemon.call('GET', `/tts/${id}/status`)).status === 404,
  );
  await daemon.stop();
});

test('a queued or running job is never taken away', async () => {
  const dataDir = await makeDataDir();
  const config = join(dataDir, 'config.yaml');
  writeFileSync(config, 'job_queue:\n  job_ttl_hours: 0.0001\n  cleanup_interval_sec: 1\n');
  const daemon = await startDaemon({ dataDir, config });
  const body = { text: 'Later.', not_before: new Date(Date.now() + 4000).toISOString() };
  const { jobs } = (await daemon.call('POST', '/v1/jobs', body)).json<{ jobs: { job: { id: string } }[] }>();
  const { id } = jobs[0]!.job;
  // Ends with the job.
  const told = (await daemon.call('GET', `/v1/jobs/${id}/events`)).body.toString();
  const states = [...told.matchAll(/"state":"(\w+)"/g)].map(([, state]) => state);
  expect(states[0]).toBe('queued');
  expect(states.at(-1)).toBe('completed');
  await daemon.stop();
});
