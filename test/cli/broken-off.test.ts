// Ctrl-C while the daemon owes an answer: what it may have taken is named, and nothing keeps the command from its end.
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { JobView } from '../../src/api/job.ts';
import { runTts, startTts } from '../helpers/cli.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { type Gate, startGate } from '../helpers/gate.ts';
import { makeProse } from '../helpers/texts.ts';
import { waitFor } from '../helpers/wait-for.ts';

let daemon: Daemon;
let gate: Gate | undefined;

/** A command whose request for `line` is on its way and held back. */
async function startHeld(args: readonly string[], line: string) {
  gate = await startGate(daemon.endpoint.http, (asked) => asked.startsWith(line));
  const { origin, seen } = gate;
  const running = startTts(args, { env: { ...daemon.env, TTS_HOST: origin } });
  await waitFor('the request', () => seen.some((asked) => asked.startsWith(line)));
  return running;
}
const listJobs = async (label: string) =>
  (await daemon.call('GET', `/v1/jobs?label=${label}`)).json<{ jobs: JobView[] }>().jobs;

beforeAll(async () => {
  daemon = await startDaemon();
});
afterEach(() => gate?.close());
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('say whose job is on its way there waits for its id, cancels it and says so', async () => {
  const output = join(daemon.dataDir, 'x.wav');
  // Not done before it is cancelled, however late that comes.
  const said = await startHeld(['say', makeProse(50_000), '--label', 'sent', '-o', output], 'POST /v1/jobs');
  said.child.kill('SIGINT');
  await waitFor('a word of that', () => said.stderr().includes('Asking the daemon what it has taken'));
  gate!.open();
  const { code, stderr } = await said.ended;
  const [job] = await listJobs('sent');
  expect({ code, state: job!.state }).toEqual({ code: 130, state: 'cancelled' });
  expect(stderr).toContain(`Job ${job!.id} is cancelled.`);
});

test('a second Ctrl-C does not wait for that answer, and says what is not known', async () => {
  const enqueued = await startHeld(['enqueue', 'Hello.'], 'POST /v1/jobs');
  enqueued.child.kill('SIGINT');
  await waitFor('a word of that', () => enqueued.stderr().includes('Ctrl-C again'));
  enqueued.child.kill('SIGINT');
  expect(await enqueued.ended).toMatchObject({
    code: 130,
    stdout: '',
    stderr: expect.stringMatching(/^tts: Whether it was queued is not known\. See: tts list$/m),
  });
});

test('enqueue prints the ids of what was taken before it goes', async () => {
  const enqueued = await startHeld(['enqueue', 'Later.', '--in', '1h', '--label', 'kept'], 'POST /v1/jobs');
  enqueued.child.kill('SIGINT');
  await waitFor('a word of that', () => enqueued.stderr().includes('Ctrl-C again'));
  gate!.open();
  const { code, stdout } = await enqueued.ended;
  const [job] = await listJobs('kept');
  expect({ code, stdout, state: job!.state }).toEqual({ code: 130, stdout: `${job!.id}\n`, state: 'queued' });
});

test.each([
  ['wait', 'GET /v1/jobs/'],
  ['status --watch', 'GET /v1/jobs/'],
  ['status --watch', 'GET /v1/overview'],
])('%s is ended by Ctrl-C although %s is not answered', async (verb, line) => {
  const id = (await runTts(['enqueue', 'Later.', '--in', '1h'], { env: daemon.env })).stdout.trim();
  const ids = line.includes('overview') ? [] : [id];
  const waiting = await startHeld([...verb.split(' '), ...ids], line);
  waiting.child.kill('SIGINT');
  expect(await waiting.ended).toEqual({ code: 130, signal: null, stdout: '', stderr: '' });
});
