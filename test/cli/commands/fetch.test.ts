import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobView } from '../../../src/api/job.ts';
import { parseJobs, runTts } from '../../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { makeProse } from '../../helpers/texts.ts';

let daemon: Daemon;
let folder: string;
let job: JobView;
const fetch = (...args: string[]) => runTts(['fetch', ...args], { env: daemon.env, cwd: folder });
const hash = async (name: string) =>
  createHash('sha256')
    .update(await readFile(join(folder, name)))
    .digest('hex');
const listParts = async () => (await readdir(folder)).filter((name) => name.startsWith('.tts-'));

beforeAll(async () => {
  daemon = await startDaemon();
  folder = await makeDataDir();
  const { stdout } = await runTts(['enqueue', makeProse(300), '--label', 'tale', '-q'], { env: daemon.env });
  const done = await runTts(['wait', stdout.trim(), '--json'], { env: daemon.env });
  job = parseJobs(done.stdout)[0]!;
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('brings the file, by the start of its id, and prints where it is', async () => {
  expect(await fetch(job.id.slice(0, 8), '-o', 'tale.wav')).toEqual({
    code: 0,
    signal: null,
    stdout: 'tale.wav\n',
    stderr: '',
  });
  expect(await hash('tale.wav')).toBe(job.result!.sha256);
  expect(await listParts()).toEqual([]);
});

test('prints the name it was given, also for a file that is there and for a link to one', async () => {
  await writeFile(join(folder, 'target.wav'), 'old');
  await symlink('target.wav', join(folder, 'link.wav'));
  expect((await fetch(job.id, '-o', 'target.wav')).stdout).toBe('target.wav\n');
  const linked = await fetch(job.id, '-o', './link.wav', '--json');
  expect(JSON.parse(linked.stdout).file).toBe('./link.wav');
  expect((await lstat(join(folder, 'link.wav'))).isSymbolicLink()).toBe(true);
  expect(await hash('target.wav')).toBe(job.result!.sha256);
});

test('without -o the file is named after the job; a template takes several', async () => {
  expect((await fetch(job.id)).stdout).toBe(`${job.id}.wav\n`);
  await mkdir(join(folder, 'out'));
  const { stdout } = await fetch(job.id, '-o', 'out/{label}-{id}.{ext}', '--json');
  expect(JSON.parse(stdout).file).toBe(`out/tale-${job.id}.wav`);
});

test('goes on from a part that a killed download left, and does not trust it blindly', async () => {
  const whole = await readFile(join(folder, 'tale.wav'));
  const part = join(folder, `.tts-${job.id}.999999999-0a0b0c0d.part`);
  await writeFile(part, whole.subarray(0, 30_000));
  expect(await fetch(job.id, '-o', 'resumed.wav')).toMatchObject({ code: 0 });
  expect(await hash('resumed.wav')).toBe(job.result!.sha256);

  await writeFile(part, Buffer.alloc(30_000, 7));
  expect(await fetch(job.id, '-o', 'mended.wav')).toMatchObject({ code: 0 });
  expect(await hash('mended.wav')).toBe(job.result!.sha256);
  await writeFile(part, Buffer.alloc(whole.length + 10, 7));
  expect(await fetch(job.id, '-o', 'shortened.wav')).toMatchObject({ code: 0 });
  expect(await hash('shortened.wav')).toBe(job.result!.sha256);
  expect(await listParts()).toEqual([]);
});

test('two downloads of one job at once both end whole', async () => {
  const results = await Promise.all(['a.wav', 'b.wav', 'a.wav'].map((name) => fetch(job.id, '-o', name)));
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(await hash('a.wav')).toBe(job.result!.sha256);
  expect(await hash('b.wav')).toBe(job.result!.sha256);
});

test('a job that is not ready is exit code 75, and --wait waits for it', async () => {
  await daemon.call('POST', '/v1/queue/pause');
  const { stdout } = await runTts(['enqueue', 'Not before the pause is over.', '-q'], { env: daemon.env });
  const id = stdout.trim();
  const early = await fetch(id, '-o', 'long.wav');
  expect(early).toMatchObject({ code: 75, stdout: '' });
  expect(early.stderr).toContain(`tts fetch --wait ${id}`);
  await expect(stat(join(folder, 'long.wav'))).rejects.toThrow('ENOENT');
  const waiting = fetch('--wait', id, '-o', 'long.wav');
  await daemon.call('POST', '/v1/queue/resume');
  expect(await waiting).toMatchObject({ code: 0, stdout: 'long.wav\n' });
});

test('an output that cannot be written is exit code 73', async () => {
  expect(await fetch(job.id, '-o', 'no/folder/x.wav')).toMatchObject({ code: 73, stdout: '' });
});
