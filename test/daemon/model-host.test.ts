// The life of the engine host as a user of the daemon can see it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { findHostPid, lookForHost } from '../helpers/engine-host.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

afterAll(removeDataDirs);

test('it is loaded on first need, unloaded when idle, and loaded again by the next job', async () => {
  const dataDir = await makeDataDir();
  const config = join(dataDir, 'config.yaml');
  writeFileSync(config, 'tts_engine:\n  idle_unload_sec: 1\n');
  const daemon = await startDaemon({ dataDir, config });
  const getState = async () =>
    (await daemon.call('GET', '/v1/queue')).json<{ models: { id: string; state: string }[] }>().models;
  expect(await lookForHost(daemon)).toBeUndefined();
  expect(await getState()).toMatchObject([{ id: 'hibari', state: 'unloaded' }]);

  expect((await daemon.call('POST', '/tts', { text: 'Wake up.' })).status).toBe(200);
  // Not by its process id: on a busy machine the host may be idle for long enough before anybody has looked.
  expect(await countStarts(daemon)).toBe(1);
  await waitFor('the idle host to be gone', async () => (await lookForHost(daemon)) === undefined);
  expect(await getState()).toMatchObject([{ id: 'hibari', state: 'unloaded' }]);

  expect((await daemon.call('POST', '/tts', { text: 'And again.' })).status).toBe(200);
  expect(await countStarts(daemon)).toBe(2);
  await daemon.stop();
});

test('it ends with a daemon that is killed', async () => {
  const daemon = await startDaemon();
  await daemon.call('POST', '/tts', { text: 'Soon an orphan.' });
  const host = await findHostPid(daemon);
  await daemon.stop('SIGKILL');
  await waitFor('the orphan to end', () => !isAlive(host));
});

test('cancelling with `now` kills the host in the middle of a chunk; another job in it goes on', async () => {
  const daemon = await startDaemon();
  const submit = async (text: string) =>
    (await daemon.call('POST', '/v1/jobs', { text, seed: 3 })).json<{ jobs: { job: { id: string } }[] }>()
      .jobs[0]!.job.id;
  const long = await submit(makeProse(50_000));
  await waitFor('the long one to be under way', async () => {
    const { progress } = (await daemon.call('GET', `/v1/jobs/${long}`)).json<{ progress: number }>();
    return progress > 0;
  });
  const host = await findHostPid(daemon);
  // Stuck in a chunk of the long one, as a slow model would be.
  process.kill(host, 'SIGSTOP');
  const other = await submit(makeProse(500));
  const cancelled = await daemon.call('POST', `/v1/jobs/${long}/cancel`, { now: true });
  expect(cancelled.json()).toMatchObject({ cancelled: true, job: { state: 'cancelled' } });
  await waitFor('the host to be killed', () => !isAlive(host));
  const done = await waitFor('the other to complete', async () => {
    const job = (await daemon.call('GET', `/v1/jobs/${other}`)).json();
    expect(job.state).not.toBe('failed');
    return job.state === 'completed' && job;
  });
  expect(done.error).toBeNull();
  await daemon.stop();
});

test('cancelling stops the work: the chunks that were not begun are never made', async () => {
  const dataDir = await makeDataDir();
  const config = join(dataDir, 'config.yaml');
  writeFileSync(config, 'tts_engine:\n  idle_unload_sec: 1\n');
  const daemon = await startDaemon({ dataDir, config });
  const submitted = (await daemon.call('POST', '/v1/jobs', { text: makeProse(20_000) })).json<{
    jobs: { job: { id: string } }[];
  }>();
  const path = `/v1/jobs/${submitted.jobs[0]!.job.id}`;
  const running = await waitFor('the job to be under way', async () => {
    const job = (await daemon.call('GET', path)).json<{ progress: number; total_chunks: number }>();
    return job.progress > 0 && job;
  });
  await daemon.call('POST', `${path}/cancel`);
  await waitFor('the host to have nothing to do', async () => (await lookForHost(daemon)) === undefined);
  const made = readdirSync(join(dataDir, 'chunks'), { recursive: true }).filter((name) =>
    String(name).endsWith('.chunk'),
  );
  expect(made.length).toBeLessThan(running.total_chunks);
  await daemon.stop();
});

test('no text of a user gets into the log', async () => {
  const daemon = await startDaemon({ env: { TTSD_LOG_LEVEL: 'trace' } });
  await daemon.call('POST', '/tts', { text: 'The password is marzipan.' });
  await daemon.call('POST', '/tts', { text: 'marzipan', predefined_voice_id: 'nobody' });
  await daemon.call('POST', '/tts', '{"text": "marzipan');
  await daemon.stop();
  const log = readFileSync(join(daemon.dataDir, 'logs', 'ttsd.log'), 'utf8');
  expect(log).toContain('"msg":"ready"');
  expect(log).not.toContain('marzipan');
});

async function countStarts(daemon: Daemon): Promise<number> {
  const metrics = (await daemon.call('GET', '/metrics')).body.toString();
  return Number(/^ttsd_engine_host_starts_total\{model="hibari"\} (\d+)$/m.exec(metrics)![1]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
