// A watched folder: texts become sound beside them, once each, over restarts and half-written files.
import { appendFile, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobView } from '../../../src/api/job.ts';
import { type RunningCli, startTts } from '../../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { waitFor } from '../../helpers/wait-for.ts';

let daemon: Daemon;
let folder: string;
/** The second watcher of the folder. */
let again: RunningCli;
const watch = () => startTts(['watch', folder], { env: daemon.env });
const listJobs = async () => (await daemon.call('GET', '/v1/jobs')).json<{ jobs: JobView[] }>().jobs;
const spoken = (running: RunningCli, name: string) =>
  waitFor(`${name} to be spoken`, () => running.stdout().split('\n').includes(join(folder, name)));

async function interrupt(running: RunningCli): Promise<void> {
  running.child.kill('SIGINT');
  expect((await running.ended).code).toBe(130);
}

beforeAll(async () => {
  daemon = await startDaemon();
  folder = await makeDataDir();
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('texts that are there and that come become sound beside them; other files are left alone', async () => {
  await writeFile(join(folder, 'old.txt'), 'It was here before.');
  await writeFile(join(folder, 'notes.csv'), 'a,b');
  await writeFile(join(folder, '.hidden.txt'), 'No.');
  await writeFile(join(folder, 'bad.txt'), Buffer.from([0xff, 0x41]));
  const running = watch();
  await spoken(running, 'old.wav');
  await writeFile(join(folder, 'Grüße 1.MD'), 'It came later.');
  await spoken(running, 'Grüße 1.wav');
  expect(running.stderr()).toContain('bad.txt is not UTF-8');
  await interrupt(running);
  expect((await readFile(join(folder, 'old.wav'))).toString('latin1', 0, 4)).toBe('RIFF');
  expect((await readdir(folder)).filter((name) => name.endsWith('.wav')).sort()).toEqual([
    'Grüße 1.wav',
    'old.wav',
  ]);
});

test('started again, nothing is spoken twice: not what has its sound, nor what was queued when it ended', async () => {
  await daemon.call('POST', '/v1/queue/pause', {});
  await writeFile(join(folder, 'next.txt'), 'It waits in the queue.');
  const before = (await listJobs()).length;
  const first = watch();
  await waitFor('the job', async () => (await listJobs()).length === before + 1);
  await interrupt(first);
  // Of what follows, too.
  again = watch();
  await waitFor('the folder to be watched', () => again.stderr().includes('Watching'));
  await daemon.call('POST', '/v1/queue/resume', {});
  await spoken(again, 'next.wav');
  expect((await listJobs()).length).toBe(before + 1);
});

test('a file that grows is spoken when it is whole, and one that changes is spoken again', async () => {
  const { name, length } = await writeSlowly();
  await spoken(again, `${name}.wav`);
  expect((await listJobs()).filter(({ text_preview }) => text_preview.startsWith(name))).toMatchObject([
    { text_chars: length },
  ]);
  const first = await readFile(join(folder, `${name}.wav`));
  await appendFile(join(folder, `${name}.txt`), ' Then somebody wrote more.');
  await waitFor('the new sound', async () => !(await readFile(join(folder, `${name}.wav`))).equals(first));
});

/**
 * Writes a text on and on for as long as another, begun later, takes to become sound: a half of the first would have become
 * sound by then. Where this machine stood still in between, so that the text looked whole, it is done again with another.
 */
async function writeSlowly(): Promise<{ name: string; length: number }> {
  for (let turn = 1; ; turn++) {
    const name = `Slow ${turn}`;
    const slow = await open(join(folder, `${name}.txt`), 'w');
    const write = async (text: string) => (await slow.write(text)).bytesWritten;
    let length = await write(name);
    await writeFile(join(folder, `quick ${turn}.txt`), `Quick ${turn}.`);
    let [writtenAtMs, longestGapMs] = [performance.now(), 0];
    await waitFor('the quick one to be spoken', async () => {
      length += await write(' ');
      longestGapMs = Math.max(longestGapMs, performance.now() - writtenAtMs);
      writtenAtMs = performance.now();
      return again.stdout().includes(`quick ${turn}.wav\n`);
    });
    length += await write('and whole.');
    await slow.close();
    if (longestGapMs < 500) return { name, length };
  }
}

test('it goes on when the daemon is killed and started again', async () => {
  await daemon.stop('SIGKILL');
  daemon = await startDaemon({ dataDir: daemon.dataDir });
  await writeFile(join(folder, 'after.txt'), 'It came after the fall.');
  await spoken(again, 'after.wav');
  await interrupt(again);
});
