// What happens when somebody tidies up in the data directory while the daemon runs.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { type Daemon, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { waitFor } from '../helpers/wait-for.ts';

let daemon: Daemon;

beforeEach(async () => {
  daemon = await startDaemon();
});
afterEach(() => daemon.stop());
afterAll(removeDataDirs);

async function makeResult(text: string): Promise<{ id: string; audio: Buffer }> {
  const { job_id: id } = (await daemon.call('POST', '/tts/enqueue', { text })).json<{ job_id: string }>();
  return { id, audio: await fetchResult(id) };
}

function fetchResult(id: string): Promise<Buffer> {
  return waitFor('the result', async () => {
    const reply = await daemon.call('GET', `/tts/${id}/result`);
    return reply.status === 200 && reply.body;
  });
}

test('a result that was deleted is made again when it is asked for, to the same bytes', async () => {
  const { id, audio } = await makeResult('Here today, gone tomorrow.');
  const results = join(daemon.dataDir, 'results');
  for (const name of readdirSync(results)) rmSync(join(results, name));
  const first = await daemon.call('GET', `/tts/${id}/result`);
  expect(first.status).toBe(425);
  expect(first.json()).toMatchObject({
    error: { code: 'job_not_ready', message: expect.stringContaining('made again') },
  });
  expect((await fetchResult(id)).equals(audio)).toBe(true);
  const { warnings } = (await daemon.call('GET', `/tts/${id}/status`)).json<{ warnings: string[] }>();
  expect(warnings).toContain('The result file was missing or damaged and was made again.');
});

test('chunks that were deleted or damaged are made again', async () => {
  const { audio } = await makeResult('The same words, the same seed.');
  rmSync(join(daemon.dataDir, 'chunks'), { recursive: true });
  expect((await makeResult('Other words need a place to be kept.')).audio.length).toBeGreaterThan(1000);
  expect((await makeResult('The same words, the same seed.')).audio.length).toBeGreaterThan(audio.length / 2);
});

test('a deleted socket and a deleted endpoint.json come back', async () => {
  const { socket } = daemon.endpoint;
  rmSync(socket);
  rmSync(join(daemon.dataDir, 'endpoint.json'));
  await waitFor('the socket', () =>
    stat(socket).then(
      () => true,
      () => false,
    ),
  );
  await waitFor('the endpoint', () =>
    stat(join(daemon.dataDir, 'endpoint.json')).then(
      () => true,
      () => false,
    ),
  );
  expect((await daemon.call('GET', '/readyz')).status).toBe(200);
});

test('a data directory that was deleted comes back with every job in it', async () => {
  const before = await makeResult('Before the tidying.');
  // Again when the daemon puts something back meanwhile.
  rmSync(daemon.dataDir, { recursive: true, maxRetries: 10 });
  const reply = await daemon.call('POST', '/tts/enqueue', { text: 'After the tidying.' });
  expect(reply.status).toBe(202);
  const { job_id: after } = reply.json<{ job_id: string }>();
  await daemon.stop('SIGKILL');
  daemon = await startDaemon({ dataDir: daemon.dataDir });
  expect((await fetchResult(after)).length).toBeGreaterThan(1000);
  expect((await fetchResult(before.id)).equals(before.audio)).toBe(true);
});

test('a database that was replaced while it was in use stops the daemon, which says so', async () => {
  let said = '';
  daemon.child.stderr!.on('data', (text: string) => {
    said += text;
  });
  const file = join(daemon.dataDir, 'ttsd.db');
  rmSync(file);
  writeFileSync(file, 'something else');
  const ended = new Promise((resolve) => daemon.child.once('exit', resolve));
  const reply = await daemon
    .call('POST', '/tts/enqueue', { text: 'Where would this go?' })
    .catch(() => undefined);
  expect(reply?.status).not.toBe(202);
  expect(await ended).toBe(1);
  expect(said).toContain('was replaced by another file');
  expect(readFileSync(file, 'utf8')).toBe('something else');
});
