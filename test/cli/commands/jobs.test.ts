// The verbs that look after jobs: status, wait, cancel, list, retry, rm; and voices.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseJobs, runTts, startTts } from '../../helpers/cli.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { makeProse } from '../../helpers/texts.ts';
import { waitFor } from '../../helpers/wait-for.ts';

let daemon: Daemon;
const tts = (...args: string[]) => runTts(args, { env: daemon.env });
const enqueue = async (...args: string[]) => (await tts('enqueue', ...args)).stdout.trim();
const view = async (id: string) => parseJobs((await tts('status', id, '--json')).stdout)[0]!;

beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('wait ends when the job has ended, and prints it', async () => {
  const id = await enqueue('Hello.');
  expect(await tts('wait', id, '-q')).toEqual({ code: 0, signal: null, stdout: `${id}\n`, stderr: '' });
  const plain = await tts('wait', id);
  expect(plain.stdout).toMatch(
    new RegExp(`^${id.slice(0, 8)}  completed  .* audio in .*  heart  Hello\\.\n$`),
  );
  expect(parseJobs((await tts('wait', id, '--json')).stdout)[0]).toMatchObject({ id, state: 'completed' });
});

test('wait gives up after --timeout with exit code 124, and the job stays', async () => {
  const id = await enqueue('Later.', '--in', '1h');
  const { code, stdout, stderr } = await tts('wait', id, '--timeout', '0.3');
  expect({ code, stdout }).toEqual({ code: 124, stdout: '' });
  expect(stderr).toContain('Not done after 0.3 s');
  expect((await view(id)).state).toBe('queued');
});

test('wait --any ends with the first, wait for all with the last', async () => {
  const never = await enqueue('Later.', '--in', '1h');
  const soon = await enqueue('Now.');
  expect(await tts('wait', never, soon, '--any', '-q')).toMatchObject({ code: 0, stdout: `${soon}\n` });
  const all = startTts(['wait', never, soon, '-q'], { env: daemon.env });
  await tts('cancel', never);
  const { code, stdout } = await all.ended;
  expect(code).toBe(4);
  expect(stdout.trim().split('\n').sort()).toEqual([never, soon].sort());
});

test('wait takes many more jobs than there may be listeners, some of them ended before', async () => {
  const jobs = Array.from({ length: 300 }, () => ({ text: 'a', not_before: '2100-01-01T00:00:00Z' }));
  const made = await daemon.call('POST', '/v1/jobs', { jobs });
  const ids = made.json<{ jobs: { job: { id: string } }[] }>().jobs.map(({ job }) => job.id);
  await daemon.call('POST', `/v1/jobs/${ids[0]}/cancel`, {});
  const waiting = startTts(['wait', '-q', ...ids], { env: daemon.env });
  await waitFor('the first to be told', () => waiting.stdout().includes(ids[0]!));
  for (const id of ids.slice(1)) await daemon.call('POST', `/v1/jobs/${id}/cancel`, {});
  const { code, stdout } = await waiting.ended;
  expect(code).toBe(4);
  expect(stdout.trim().split('\n').sort()).toEqual(ids.toSorted());
});

test('wait refuses an unknown id before it waits for the others', async () => {
  const never = await enqueue('Later.', '--in', '1h');
  expect(await tts('wait', never, 'nosuchjob')).toMatchObject({ code: 3, stdout: '' });
});

test('cancel stops a queued and a running job, and says when there was nothing to stop', async () => {
  const queued = await enqueue('Later.', '--in', '1h');
  expect(await tts('cancel', queued)).toMatchObject({ code: 0, stdout: `${queued} cancelled\n` });
  const running = await enqueue(makeProse(60_000));
  const [answer] = parseJobs((await tts('cancel', running, '--now', '--json')).stdout);
  expect(answer).toMatchObject({ id: running, cancelled: true });
  expect(await tts('wait', running)).toMatchObject({ code: 4 });
  const again = await tts('cancel', running);
  expect(again).toMatchObject({ code: 0, stderr: `tts: Job ${running} had ended already: cancelled.\n` });
});

test('a cancelled job is fetched with exit code 4, retried, and then there', async () => {
  const id = await enqueue('Once more.', '--in', '3s');
  await tts('cancel', id);
  expect(await tts('fetch', id, '-o', '/dev/null')).toMatchObject({ code: 4 });
  expect(await tts('retry', id)).toMatchObject({ code: 0, stdout: `${id} queued\n` });
  expect(await tts('wait', id)).toMatchObject({ code: 0 });
});

test('retry --failed with nothing failed says so', async () => {
  expect(await tts('retry', '--failed')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'tts: No job has failed.\n',
  });
});

test('rm forgets a job that has ended, and refuses one that has not', async () => {
  const id = await enqueue('Away with it.');
  await tts('wait', id);
  expect(await tts('rm', id)).toMatchObject({ code: 0, stdout: `${id} removed\n` });
  expect(await tts('status', id)).toMatchObject({ code: 3, stdout: '' });
  const never = await enqueue('Later.', '--in', '1h');
  expect(await tts('rm', never)).toMatchObject({ code: 75, stdout: '' });
});

test('list filters by state, label and time, and says that there are more', async () => {
  const ids = [];
  for (const text of ['One.', 'Two.', 'Three.'])
    ids.push(await enqueue(text, '--label', 'row', '--in', '1h'));
  const newestFirst = [...ids].reverse().map((id) => `${id}\n`);
  expect((await tts('list', '--label', 'row', '-q')).stdout).toBe(newestFirst.join(''));
  expect((await tts('list', '--label', 'row', '--state', 'queued', '--since', '1h', '-q')).stdout).toBe(
    newestFirst.join(''),
  );
  expect((await tts('list', '--label', 'row', '--since', '2099-01-01', '-q')).stdout).toBe('');
  const page = await tts('list', '--label', 'row', '--limit', '2');
  expect(page.stdout.trim().split('\n')).toHaveLength(2);
  expect(page.stderr).toBe('tts: There are older ones: tts list --limit 4\n');
});

test('status shows an overview, the details of one job, and a line for each of several', async () => {
  const id = await enqueue('Look at me.', '--label', 'seen', '--in', '1h');
  expect((await tts('status')).stdout).toContain(`${id.slice(0, 8)}  queued`);
  const details = (await tts('status', id.slice(0, 8))).stdout;
  expect(details).toMatch(new RegExp(`^id          ${id}\n`));
  expect(details).toContain('label       seen');
  expect(details).toContain('text        Look at me.\nlength      11 characters\n');
  expect((await tts('status', id, id)).stdout.trim().split('\n')).toHaveLength(2);
  expect((await tts('status', '-q')).stdout).toContain(`${id}\n`);
});

test('status above a long queue shows what comes next, the oldest first, and says how much more there is', async () => {
  const lines = Array.from({ length: 25 }, (_, index) => `Line ${index}.`).join('\n');
  const { stdout } = await runTts(['enqueue', '--lines', '-', '--in', '2h', '--label', 'long'], {
    env: daemon.env,
    stdin: lines,
  });
  const ids = stdout.trim().split('\n');
  const { stdout: shown, stderr } = await tts('status', '--json');
  const waiting = parseJobs(shown).filter(({ label }) => label === 'long');
  expect(waiting.map(({ id }) => id)).toEqual(ids.slice(0, waiting.length));
  expect(stderr).toBe('');
  expect((await tts('status')).stderr).toMatch(
    /^tts: \d+ more are queued\. See them with: tts list --state queued\n$/,
  );
  await tts('cancel', ...ids);
});

test('status --watch tells each change until the job has ended', async () => {
  const id = await enqueue(makeProse(1_000));
  const { code, stdout } = await tts('status', id, '--watch', '--json');
  const states = parseJobs(stdout);
  expect(code).toBe(0);
  expect(states.at(-1)).toMatchObject({ id, state: 'completed', progress: 100 });
  const progress = states.map((state) => state.progress);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
});

test('voices lists names, with the default marked', async () => {
  expect((await tts('voices')).stdout).toMatch(/^heart +en-US +female +hibari +.*\(default\)$/m);
  expect((await tts('voices', '-q')).stdout.split('\n')).toContain('heart');
  const voices = (await tts('voices', '--json')).stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(voices.filter((voice) => voice.default).map((voice) => voice.id)).toEqual(['heart']);
});

test('the same verbs work over HTTP', async () => {
  const { stdout } = await runTts(['status', '--json', '--host', daemon.endpoint.http]);
  expect(parseJobs(stdout).length).toBeGreaterThan(0);
  const viaEnv = await runTts(['voices', '-q'], { env: { ...daemon.env, TTS_HOST: daemon.endpoint.http } });
  expect(viaEnv.stdout).toContain('heart\n');
});

test('list --search finds jobs by their words, also together with a label', async () => {
  const id = await enqueue('The zeppelin rose over the town.', '--label', 'sky', '--in', '1h');
  const other = await enqueue('Another ZEPPELIN came.', '--in', '1h');
  expect((await tts('list', '-q', '--search', 'zeppelin')).stdout).toBe(`${other}\n${id}\n`);
  expect((await tts('list', '-q', '--search', 'zeppelin', '--label', 'sky')).stdout).toBe(`${id}\n`);
  expect((await tts('list', '-q', '--search', 'no such words')).stdout).toBe('');
  const { code, stderr } = await tts('list', '--search', ' ');
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('q') });
});
