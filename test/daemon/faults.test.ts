// Engine hosts that fail on purpose (TTSD_FAULT): a poisonous job fails alone, the queue goes on, and it is well again by itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { JobView } from '../../src/api/job.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { findHostPid } from '../helpers/engine-host.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

const POISON = 'marzipan';

const started: Daemon[] = [];
let daemon: Daemon;

afterEach(async () => {
  for (const one of started.splice(0)) await one.stop('SIGKILL');
});
afterAll(removeDataDirs);

async function start(fault: string, deadlineSec = 60): Promise<Daemon> {
  const dataDir = await makeDataDir();
  const config = join(dataDir, 'config.yaml');
  writeFileSync(config, `tts_engine:\n  chunk_deadline_sec: ${deadlineSec}\n`);
  daemon = await startDaemon({ dataDir, config, env: { TTSD_FAULT: fault } });
  started.push(daemon);
  return daemon;
}

async function submit(texts: string[], to = daemon): Promise<string[]> {
  const jobs = texts.map((text) => ({ text, seed: 5 }));
  const { jobs: submitted } = (await to.call('POST', '/v1/jobs', { jobs })).json<{
    jobs: { job: JobView }[];
  }>();
  return submitted.map(({ job }) => job.id);
}

async function look(id: string, at = daemon): Promise<JobView> {
  return (await at.call('GET', `/v1/jobs/${id}`)).json<JobView>();
}

function end(id: string, at = daemon): Promise<JobView> {
  return waitFor(`job ${id} to end`, async () => {
    const job = await look(id, at);
    return job.state !== 'queued' && job.state !== 'running' && job;
  });
}

function readLog(): string {
  return readFileSync(join(daemon.dataDir, 'logs', 'ttsd.log'), 'utf8');
}

test.each([
  [
    'segv',
    /^The engine host ended with SIGSEGV 2 times on chunk \d+ of this job\. The text is kept: tts retry /,
  ],
  ['exit', /^The engine host ended with exit code 1 2 times on chunk \d+/],
  ['oom', /^The engine host ended with SIGKILL 2 times on chunk \d+/],
  ['garbage', /^The engine host sent what makes no sense \(.*\) and was killed 2 times on chunk \d+/],
])(
  'a job whose text makes the engine host %s fails alone after two crashes, its text kept',
  async (fault, message) => {
    await start(`${fault}:${POISON}`);
    const [poisonous, healthy] = await submit([`${makeProse(150)} Here is the ${POISON}.`, makeProse(200)]);
    const failed = await end(poisonous!);
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'engine_crashed', message: expect.stringMatching(message) },
    });
    expect(await end(healthy!)).toMatchObject({ state: 'completed' });
    expect((await daemon.call('GET', '/readyz')).status).toBe(200);
    const retried = await daemon.call('POST', `/v1/jobs/${poisonous}/retry`);
    expect(retried.json()).toMatchObject({ state: 'queued', text_chars: failed.text_chars });
  },
);

test('a host that hangs, or beats but never answers, is killed at the deadline, which counts as a crash', async () => {
  const failures = await Promise.all(
    ['hang', 'stall'].map(async (fault) => {
      const stuck = await start(`${fault}:${POISON}`, 4);
      // How fast it speaks is known from then on: until then a chunk is given a second for each character.
      await end((await submit([makeProse(600)], stuck))[0]!, stuck);
      const [poisonous, healthy] = await submit([`The ${POISON}.`, 'The almonds.'], stuck);
      const failed = await end(poisonous!, stuck);
      expect(await end(healthy!, stuck)).toMatchObject({ state: 'completed' });
      return failed.error;
    }),
  );
  for (const error of failures) {
    expect(error).toMatchObject({
      code: 'engine_crashed',
      message: expect.stringMatching(
        /^The engine host passed the deadline of a chunk and was killed 2 times/,
      ),
    });
  }
});

test('samples that are not numbers fail the chunk, and never become silence', async () => {
  await start(`nan:${POISON}`);
  const [poisonous, healthy] = await submit([`The ${POISON}.`, 'The almonds.']);
  expect(await end(poisonous!)).toMatchObject({
    state: 'failed',
    error: { code: 'synthesis_failed', message: 'the engine made samples that are not numbers' },
  });
  expect(await end(healthy!)).toMatchObject({ state: 'completed' });
});

test('many poisonous jobs at once stop the claims for a while, then each fails alone, and the queue goes on', async () => {
  await start(`exit:${POISON}`);
  const poisonous = await submit(['One', 'Two', 'Three', 'Four'].map((number) => `${number} ${POISON}.`));
  const degraded = await waitFor('the daemon to say that it is degraded', async () => {
    const reply = await daemon.call('GET', '/readyz');
    return reply.status === 503 && reply;
  });
  expect(degraded.json().reason).toMatch(/keeps dying/);
  const [late] = await submit(['I came while it was ill.']);
  expect(await end(late!)).toMatchObject({ state: 'completed' });
  for (const id of poisonous)
    expect(await end(id)).toMatchObject({ state: 'failed', error: { code: 'engine_crashed' } });
  expect((await daemon.call('GET', '/readyz')).status).toBe(200);
});

test('an engine that dies on everything fails no job; it is tried again after growing pauses', async () => {
  await start('exit@1');
  const ids = await submit(['One.', 'Two.', 'Three.', 'Four.']);
  const pauses = await waitFor('two pauses', () => {
    const found = [...readLog().matchAll(/"backoffMs":(\d+)/g)].map(([, ms]) => Number(ms));
    return found.length >= 2 && found;
  });
  expect(pauses.slice(0, 2)).toEqual([1000, 2000]);
  expect((await daemon.call('GET', '/readyz')).status).toBe(503);
  for (const id of ids) expect(await look(id)).toMatchObject({ error: null });
});

test('a slow host is not a dead one', async () => {
  await start('slow@1');
  const [id] = await submit(['Slowly, but it comes.']);
  expect(await end(id!)).toMatchObject({ state: 'completed' });
  expect(readLog()).not.toContain('engine host died');
});

test('a host that grows is replaced between two chunks, and no job notices', async () => {
  await start('leak@1');
  const [id] = await submit([makeProse(700)]);
  const first = await findHostPid(daemon);
  const done = await end(id!);
  expect(done).toMatchObject({ state: 'completed', error: null });
  expect(await findHostPid(daemon)).not.toBe(first);
  expect(readLog()).toContain('the engine host is replaced');
  expect(readLog()).not.toContain('engine host died');
});

test('a fault that does not exist is refused by name', async () => {
  await start('hiccup@1');
  const [id] = await submit(['Hello.']);
  expect(await end(id!)).toMatchObject({
    state: 'failed',
    error: { code: 'model_unusable', message: expect.stringContaining('TTSD_FAULT is "hiccup@1"') },
  });
});
