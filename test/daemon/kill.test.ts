// kill -9 of ttsd and of its engine host: nothing acknowledged is lost, and the audio is the one of an undisturbed run.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { findHostPid, lookForHost } from '../helpers/engine-host.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

interface Status {
  status: string;
  progress: number;
  current_chunk: number;
  error?: string;
}

const started: Daemon[] = [];

afterEach(async () => {
  for (const daemon of started.splice(0)) await daemon.stop('SIGKILL');
});
afterAll(removeDataDirs);

async function start(dataDir: string): Promise<Daemon> {
  const daemon = await startDaemon({ dataDir });
  started.push(daemon);
  return daemon;
}

/** In the shortest chunks that may be asked for, so that a short text has many of them. */
async function enqueue(daemon: Daemon, text: string, seed = 42): Promise<string> {
  const reply = await daemon.call('POST', '/tts/enqueue', { text, seed, chunk_size: 50 });
  expect(reply.status).toBe(202);
  return reply.json<{ job_id: string }>().job_id;
}

async function getStatus(daemon: Daemon, id: string): Promise<Status> {
  const reply = await daemon.call('GET', `/tts/${id}/status`);
  expect(reply.status).toBe(200);
  return reply.json<Status>();
}

async function getResult(daemon: Daemon, id: string): Promise<Buffer> {
  await waitFor(`job ${id} to complete`, async () => {
    const { status, error } = await getStatus(daemon, id);
    expect(status, error).not.toBe('failed');
    return status === 'completed';
  });
  const reply = await daemon.call('GET', `/tts/${id}/result`);
  expect(reply.status).toBe(200);
  return reply.body;
}

function waitForChunk(daemon: Daemon, id: string, chunk: number): Promise<Status> {
  return waitFor(`chunk ${chunk} of job ${id}`, async () => {
    const status = await getStatus(daemon, id);
    return status.current_chunk >= chunk && status;
  });
}

async function countChunks(dataDir: string): Promise<number> {
  return (await readdir(join(dataDir, 'chunks'), { recursive: true })).filter((name) =>
    name.endsWith('.chunk'),
  ).length;
}

const TEXT = makeProse(1000);

let undisturbed: Buffer;

beforeAll(async () => {
  const daemon = await start(await makeDataDir());
  undisturbed = await getResult(daemon, await enqueue(daemon, TEXT));
  await daemon.stop();
});

test('after kill -9 of ttsd a running job goes on by itself from its last finished chunk, to the same samples', async () => {
  const dataDir = await makeDataDir();
  let daemon = await start(dataDir);
  const id = await enqueue(daemon, TEXT);
  for (const chunk of [3, 6, 9]) {
    const before = await waitForChunk(daemon, id, chunk);
    expect(before.status).toBe('running');
    await daemon.stop('SIGKILL');
    const kept = await countChunks(dataDir);
    expect(kept).toBeGreaterThanOrEqual(chunk - 1);
    daemon = await start(dataDir);
    const after = await waitForChunk(daemon, id, before.current_chunk);
    expect(after.progress).toBeGreaterThanOrEqual(before.progress);
  }
  expect(await getResult(daemon, id)).toEqual(undisturbed);
});

test('after kill -9 of the engine host the job goes on in a new one, to the same samples', async () => {
  const daemon = await start(await makeDataDir());
  const id = await enqueue(daemon, TEXT);
  await waitForChunk(daemon, id, 5);
  const first = await findHostPid(daemon);
  process.kill(first, 'SIGKILL');
  await waitForChunk(daemon, id, 8);
  expect(await findHostPid(daemon)).not.toBe(first);
  expect(await getResult(daemon, id)).toEqual(undisturbed);
});

test('a host that is killed while it loads costs no job', async () => {
  const daemon = await start(await makeDataDir());
  const id = await enqueue(daemon, 'Patience.');
  for (let kill = 1; kill <= 2; kill++) {
    const pid = await findHostPid(daemon);
    process.kill(pid, 'SIGKILL');
    await waitFor('the host to be gone', async () => (await lookForHost(daemon)) !== pid);
  }
  expect((await getResult(daemon, id)).length).toBeGreaterThan(1000);
});

test('every id that was acknowledged is there after a kill, and every job ends', async () => {
  const dataDir = await makeDataDir();
  let daemon = await start(dataDir);
  const acknowledged: string[] = [];
  const submitting = Array.from({ length: 40 }, async (_, index) => {
    const text = `Number ${index} was sent before the lights went out.`;
    const reply = await daemon.call('POST', '/tts/enqueue', { text }).catch(() => undefined);
    if (reply?.status === 202) acknowledged.push(reply.json<{ job_id: string }>().job_id);
    if (acknowledged.length === 15) daemon.child.kill('SIGKILL');
  });
  await Promise.all(submitting);
  await daemon.stop('SIGKILL');
  expect(acknowledged.length).toBeGreaterThanOrEqual(15);
  daemon = await start(dataDir);
  for (const id of acknowledged) expect((await getResult(daemon, id)).length).toBeGreaterThan(1000);
});

test('a job that kills its engine host twice fails alone, with its text kept; the others go on', async () => {
  const daemon = await start(await makeDataDir());
  const poisonous = await enqueue(daemon, makeProse(100_000));
  // A host that is hit between two chunks harms nobody, so it is hit until the job has failed.
  const failed = await waitFor('the job to fail', async () => {
    const { models } = (await daemon.call('GET', '/v1/queue')).json<{ models: { state: string }[] }>();
    if (models[0]!.state === 'ready') process.kill(await findHostPid(daemon), 'SIGKILL');
    const status = await getStatus(daemon, poisonous);
    return status.status === 'failed' && status;
  });
  expect(failed.error).toMatch(/^The engine host ended with SIGKILL 2 times on chunk \d+/);
  const other = await enqueue(daemon, 'The others go on.');
  expect((await getResult(daemon, other)).length).toBeGreaterThan(1000);
  const retried = await daemon.call('POST', `/v1/jobs/${poisonous}/retry`);
  expect(retried.json()).toMatchObject({ state: 'queued' });
});

test('a host that keeps dying whatever it is given stops the claims, blames no job, and is well again by itself', async () => {
  const daemon = await start(await makeDataDir());
  const ids: string[] = [];
  for (let seed = 1; seed <= 5; seed++) ids.push(await enqueue(daemon, makeProse(6000), seed));
  const degraded = await waitFor('the daemon to say that it is degraded', async () => {
    const reply = await daemon.call('GET', '/readyz');
    if (reply.status === 503) return reply;
    const { models } = (await daemon.call('GET', '/v1/queue')).json<{ models: { state: string }[] }>();
    if (models[0]!.state === 'ready') process.kill(await findHostPid(daemon), 'SIGKILL');
    return undefined;
  });
  expect(degraded.json().reason).toMatch(/engine host of model hibari keeps dying/);
  const late = await enqueue(daemon, 'I came while it was ill.');
  expect((await getResult(daemon, late)).length).toBeGreaterThan(1000);
  expect((await daemon.call('GET', '/readyz')).status).toBe(200);
  for (const id of ids) expect((await getStatus(daemon, id)).status).not.toBe('failed');
});

test('SIGTERM gives a running job back; it goes on after the next start', async () => {
  const dataDir = await makeDataDir();
  let daemon = await start(dataDir);
  const id = await enqueue(daemon, TEXT);
  await waitForChunk(daemon, id, 6);
  expect(await daemon.stop('SIGTERM')).toBe(0);
  daemon = await start(dataDir);
  expect(await getResult(daemon, id)).toEqual(undisturbed);
});
