// tts daemon backup and restore, and a database whose pages are broken.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseJobs, runTts } from '../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';
import { waitFor } from '../helpers/wait-for.ts';

let daemon: Daemon;
let dir: string;

beforeAll(async () => {
  daemon = await startDaemon();
  dir = await makeDataDir();
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

async function enqueue(to: Daemon, body: Record<string, unknown>): Promise<string> {
  const { jobs } = (await to.call('POST', '/v1/jobs', body)).json<{ jobs: { job: { id: string } }[] }>();
  return jobs[0]!.job.id;
}

function fetchResult(from: Daemon, id: string) {
  return waitFor(`the result of ${id}`, async () => {
    const reply = await from.call('GET', `/tts/${id}/result`);
    return reply.status === 200 && reply;
  });
}

test('a backup that was made while jobs came in brings them all back, and results to the same bytes', async () => {
  const done = await enqueue(daemon, { text: 'This one is done.' });
  const audio = await fetchResult(daemon, done);
  const later = await enqueue(daemon, { text: 'This one waits.', not_before: '2100-01-01T00:00:00Z' });
  const file = join(dir, 'jobs.db');
  const meanwhile = enqueue(daemon, { text: 'This one comes in between.', label: 'meanwhile' });
  expect(await runTts(['daemon', 'backup', file], { env: daemon.env })).toMatchObject({
    code: 0,
    stderr: '',
  });
  await meanwhile;
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(daemon.dataDir).filter((name) => name.startsWith('backup-'))).toEqual([]);

  const again = await runTts(['daemon', 'backup', file], { env: daemon.env });
  expect(again).toMatchObject({ code: 73, stderr: expect.stringContaining('--force') });
  expect((await runTts(['daemon', 'backup', file, '--force', '-q'], { env: daemon.env })).stdout).toBe(
    `${file}\n`,
  );

  const dataDir = await makeDataDir();
  const env = { ...daemon.env, TTSD_DATA_DIR: dataDir, TTS_HOST: '' };
  const restored = await runTts(['daemon', 'restore', file], { env });
  expect(restored).toMatchObject({ code: 0, stdout: `restored ${file} into ${dataDir}\n` });
  const second = await startDaemon({ dataDir });
  expect((await second.call('GET', `/v1/jobs/${later}`)).json()).toMatchObject({ state: 'queued' });
  const remade = await fetchResult(second, done);
  expect(remade.body.equals(audio.body)).toBe(true);

  // Once more over jobs that are there: they are moved aside, the daemon runs again.
  await second.stop();
  const over = await runTts(['daemon', 'restore', file], { env });
  const aside = /is now (\S+)/.exec(over.stdout)![1]!;
  const old = new Database(aside, { readonly: true });
  expect(old.prepare('SELECT COUNT(*) FROM jobs').pluck().get()).toBe(3);
  old.close();
});

test('over a running daemon: a bad file leaves it alone, a good one takes its place and it runs again', async () => {
  const dataDir = await makeDataDir();
  const env = { ...daemon.env, TTSD_DATA_DIR: dataDir, TTS_HOST: '' };
  const tts = (...args: string[]) => runTts(args, { env });
  const look = async () => ({
    pid: (await tts('daemon', 'status', '-q')).stdout.trim(),
    labels: parseJobs((await tts('list', '--json')).stdout).map(({ label }) => label),
  });
  const add = (label: string) => tts('enqueue', 'Later.', '--at', '2100-01-01T00:00', '--label', label);
  expect(await tts('daemon', 'start')).toMatchObject({ code: 0 });
  await add('before');
  const file = join(dataDir, 'jobs.db');
  expect(await tts('daemon', 'backup', file)).toMatchObject({ code: 0 });
  await add('since');
  const running = await look();
  expect(running.labels.toSorted()).toEqual(['before', 'since']);

  const noBackup = join(dataDir, 'half.db');
  writeFileSync(noBackup, readFileSync(file).subarray(0, 8192));
  expect(await tts('daemon', 'restore', noBackup)).toMatchObject({
    code: 69,
    stderr: expect.stringContaining('is damaged'),
  });
  expect(await look()).toEqual(running);

  const restored = await tts('daemon', 'restore', file);
  expect(restored).toMatchObject({ code: 0, stderr: '' });
  const [, aside, pid] = /^restored .*; what was there is now (\S+)\nttsd \S+ runs: pid (\d+),/.exec(
    restored.stdout,
  )!;
  expect(pid).not.toBe(running.pid);
  expect(await look()).toEqual({ pid, labels: ['before'] });
  const old = new Database(aside!, { readonly: true });
  expect(old.prepare('SELECT label FROM jobs ORDER BY seq').pluck().all()).toEqual(['before', 'since']);
  old.close();
  expect(await tts('daemon', 'stop')).toMatchObject({ code: 0 });
});

test('what is no backup is refused, and nothing is changed', async () => {
  const dataDir = await makeDataDir();
  const file = join(dir, 'notes.db');
  writeFileSync(file, 'Dear diary, '.repeat(1000));
  const env = { ...daemon.env, TTSD_DATA_DIR: dataDir, TTS_HOST: '' };
  const refused = await runTts(['daemon', 'restore', file], { env });
  expect(refused).toMatchObject({
    code: 69,
    stderr: expect.stringContaining('is damaged or not one of ttsd'),
  });
  expect(readdirSync(dataDir).filter((name) => name.startsWith('ttsd.db'))).toEqual([]);
  const elsewhere = { ...env, TTS_HOST: `unix://${daemon.endpoint.socket}` };
  expect(await runTts(['daemon', 'restore', file], { env: elsewhere })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Leave out --host and TTS_HOST'),
  });
  expect((await daemon.call('GET', '/livez')).status).toBe(200);
});

test('a broken page is found after the start: new jobs are refused, what can be read is read, nothing is moved', async () => {
  const dataDir = await makeDataDir();
  const first = await startDaemon({ dataDir });
  const id = await enqueue(first, { text: 'Kept.', not_before: '2100-01-01T00:00:00Z' });
  await first.stop();
  const file = join(dataDir, 'ttsd.db');
  const db = new Database(file);
  const page = db
    .prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'jobs_by_label'`)
    .pluck()
    .get() as number;
  db.pragma('journal_mode = DELETE');
  db.close();
  const bytes = readFileSync(file);
  bytes.fill(0xee, (page - 1) * 4096, page * 4096);
  writeFileSync(file, bytes);

  const broken = await startDaemon({ dataDir });
  const ready = await waitFor('the damage to be found', async () => {
    const reply = await broken.call('GET', '/readyz');
    return reply.status === 503 && reply;
  });
  expect(ready.json().reason).toContain('damaged');
  const refused = await broken.call('POST', '/tts/enqueue', { text: 'No promise.' });
  expect(refused.json()).toMatchObject({
    error: { code: 'database_corrupt', message: expect.stringContaining('restore') },
  });
  expect((await broken.call('GET', `/v1/jobs/${id}`)).json()).toMatchObject({ state: 'queued' });
  expect(await broken.stop()).toBe(0);
});
