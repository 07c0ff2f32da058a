// Many texts at once, and their sound in files named by a template.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobView } from '../../../src/api/job.ts';
import { checkFields, fillFields, JOB_FIELDS, makeSlug } from '../../../src/cli/template.ts';
import { parseJobs, runTts, startTts } from '../../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { parseWav } from '../../helpers/wav-parse.ts';

let daemon: Daemon;
let folder: string;
const tts = (...args: string[]) => runTts(args, { env: daemon.env, cwd: folder });
const list = async (label: string) =>
  (await daemon.call('GET', `/v1/jobs?label=${encodeURIComponent(label)}`)).json<{ jobs: JobView[] }>().jobs;
const setQueue = (verb: 'pause' | 'resume') => daemon.call('POST', `/v1/queue/${verb}`, {});

beforeAll(async () => {
  daemon = await startDaemon();
  folder = await makeDataDir();
  await mkdir(join(folder, 'chapters'));
  await writeFile(join(folder, 'chapters', '01 Fog.md'), 'The fog. It came at night.');
  await writeFile(join(folder, 'chapters', '02 Wind.txt'), 'The wind! It went again.');
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('--each makes a job of each file, and -o a file of the same name of each', async () => {
  const files = ['chapters/01 Fog.md', 'chapters/02 Wind.txt'];
  const made = await tts('enqueue', '--each', ...files, '-o', '{stem}.wav', '--label', 'book');
  expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });
  expect(made.stdout.trim().split('\n').sort()).toEqual(['01 Fog.wav', '02 Wind.wav']);
  for (const name of ['01 Fog.wav', '02 Wind.wav'])
    expect(parseWav(await readFile(join(folder, name))).samples.length).toBeGreaterThan(12_000);
  expect(await list('book')).toMatchObject([
    { text_preview: 'The wind! It went again.' },
    { class: 'batch' },
  ]);
});

test('without -o it prints the ids in the order of the files and returns', async () => {
  const { stdout } = await tts(
    'enqueue',
    '--each',
    'chapters/01 Fog.md',
    'chapters/02 Wind.txt',
    '--in',
    '1h',
    '--json',
  );
  expect(parseJobs(stdout).map((job) => job.text_preview.slice(0, 8))).toEqual(['The fog.', 'The wind']);
});

test('files that cannot be read are all named, and nothing is submitted', async () => {
  await writeFile(join(folder, 'picture.txt'), Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1'));
  await writeFile(join(folder, 'paper.txt'), '%PDF-1.7\n');
  await writeFile(join(folder, 'blob.txt'), Buffer.from([1, 2, 0, 3]));
  await writeFile(join(folder, 'empty.txt'), ' \n');
  const bad = ['chapters', 'picture.txt', 'paper.txt', 'blob.txt', 'empty.txt', 'nowhere.txt'];
  const { code, stdout, stderr } = await tts(
    'enqueue',
    '--each',
    'chapters/01 Fog.md',
    ...bad,
    '--label',
    'bad',
  );
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.split('\n')).toEqual([
    "tts: chapters cannot be read. It is a folder. Each of its files: tts enqueue --each 'chapters'/*",
    'tts: picture.txt cannot be read. It is a picture.',
    "tts: paper.txt cannot be read. It is a PDF. Make text of it: pdftotext 'paper.txt' text.txt",
    'tts: blob.txt cannot be read. It is no text but a binary file.',
    'tts: empty.txt has no text in it.',
    'tts: nowhere.txt cannot be read. There is no such file.',
    'tts: Nothing was submitted.',
    '',
  ]);
  expect(await list('bad')).toEqual([]);
});

test('fetch --all brings what has a label, numbered as it was queued, named by label and words', async () => {
  const label = '../../up';
  const jobs = ['First words of it.', 'Second: "Ünïcode" & more?', 'Third.'].map((text) => ({ text, label }));
  await daemon.call('POST', '/v1/jobs', { jobs });
  const fetchAll = () =>
    tts('fetch', '--wait', '--all', '--label', label, '-o', 'out/{label}/{n:03}-{slug}.{ext}');
  expect((await fetchAll()).stderr).toContain('There is no folder out');
  await mkdir(join(folder, 'out'));
  const { code, stdout } = await fetchAll();
  expect(code).toBe(0);
  expect(stdout.trim().split('\n').length).toBe(3);
  expect((await readdir(join(folder, 'out', '__.._up'))).sort()).toEqual([
    '001-first-words-of-it.wav',
    '002-second-ünïcode-more.wav',
    '003-third.wav',
  ]);
});

test('what would overwrite itself is refused before anything is written', async () => {
  const { code, stderr } = await tts('fetch', '--all', '--label', 'book', '-o', '{label}.wav');
  expect(code).toBe(2);
  expect(stderr).toContain('Several jobs would be written to book.wav');
  expect(await tts('fetch', '--all', '--label', 'book', '-o', 'book.wav')).toMatchObject({ code: 2 });
  expect(await readdir(folder)).not.toContain('book.wav');
});

test('a field that is not known is refused with the nearest', async () => {
  await expect(checkFields('{lable}.wav', JOB_FIELDS)).rejects.toThrow(
    '{lable} is not known here. Did you mean {label}? There are {id}, {label}, {n}, {slug}, {voice}, {ext}.',
  );
  await expect(checkFields('{slug:03}', ['slug'])).rejects.toThrow('only {n} takes a width');
});

test('no value leads out of the folder, hides the file or is taken for stdout', () => {
  const hostile = [
    '../../etc/passwd',
    '/etc/passwd',
    '..',
    '.',
    '',
    '-',
    '~',
    'C:\\x',
    'a\0b',
    '\n',
    '.bashrc',
  ];
  for (const value of hostile) {
    const job = { id: 'id', label: value, voice: value, format: 'wav', text_preview: value } as const;
    for (const template of ['{label}', '{slug}', '{voice}', '{stem}', 'a/{label}/{stem}.{ext}']) {
      const name = fillFields(template, job, { n: 1, stem: value });
      const parts = name.replace(/^\.\//, '').split('/');
      expect(parts.length).toBe(template.split('/').length);
      for (const part of parts) expect(part).not.toMatch(/^\.|^$|[\0-\x1f]/);
      expect(name).not.toBe('-');
    }
  }
  expect(makeSlug("It's a long, long sentence about the harbour and its fog")).toBe(
    'its-a-long-long-sentence-about-the',
  );
});

test('Ctrl-C leaves the jobs in the queue and prints their ids', async () => {
  await setQueue('pause');
  const running = startTts(
    [
      'enqueue',
      '--each',
      'chapters/01 Fog.md',
      'chapters/02 Wind.txt',
      '-o',
      '{n}.wav',
      '--label',
      'left',
      '--seed',
      '9',
    ],
    { env: daemon.env, cwd: folder },
  );
  await waitFor('the pause to be said', () => running.stderr().includes('The queue is paused'));
  running.child.kill('SIGINT');
  const { code, stdout } = await running.ended;
  expect(code).toBe(130);
  const ids = (await list('left')).map(({ id }) => id).reverse();
  expect(stdout.trim().split('\n')).toEqual(ids);
  await setQueue('resume');
  const fetched = await tts('fetch', '--wait', ...ids, '-o', '{n}.wav', '-q');
  expect(fetched).toMatchObject({ code: 0, stderr: '' });
});

test('say, wait and fetch say that the queue is paused, and give up at --timeout', async () => {
  await setQueue('pause');
  const said = await tts('say', 'Not now.', '-o', 'later.wav', '--timeout', '3s');
  expect(said.code).toBe(124);
  expect(said.stdout).toMatch(/^[0-9a-f-]{36}\n$/);
  expect(said.stderr).toContain('The queue is paused. It goes on with: tts resume');
  const id = said.stdout.trim();
  const waits = [
    ['wait', id],
    ['fetch', '--wait', id, '-o', 'later.wav'],
  ].map((verb) => tts(...verb, '--timeout', '8'));
  for (const { code, stdout, stderr } of await Promise.all(waits)) {
    expect({ code, stdout }).toEqual({ code: 124, stdout: '' });
    expect(stderr).toContain('The queue is paused.');
    expect(stderr).toContain('Not done after 8 s.');
  }
  await setQueue('resume');
});

test('any verb gives up at --timeout when the daemon stands still', async () => {
  daemon.child.kill('SIGSTOP');
  try {
    for (const verb of [['list'], ['status', '--watch'], ['daemon', 'status']])
      expect(await tts(...verb, '--timeout', '0.2')).toMatchObject({ code: 124, stdout: '' });
  } finally {
    daemon.child.kill('SIGCONT');
  }
});
