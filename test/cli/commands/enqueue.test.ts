import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseJobs, runTts } from '../../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';

let daemon: Daemon;
let folder: string;
const enqueue = (args: string[], stdin?: string) =>
  runTts(['enqueue', ...args], {
    env: daemon.env,
    cwd: folder,
    ...(stdin === undefined ? {} : { stdin }),
  });
const countJobs = async () =>
  parseJobs((await runTts(['list', '--json'], { env: daemon.env })).stdout).length;

beforeAll(async () => {
  daemon = await startDaemon();
  folder = await makeDataDir();
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('prints the id of a batch job and returns', async () => {
  const { code, stdout, stderr } = await enqueue(['Hello', 'there.']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^[0-9a-f-]{36}\n$/);
  const { stdout: details } = await runTts(['status', stdout.trim(), '--json'], { env: daemon.env });
  expect(parseJobs(details)[0]).toMatchObject({ class: 'batch', text_preview: 'Hello there.' });
});

test('a job with --in or --at waits for its time', async () => {
  const [soon] = parseJobs((await enqueue(['Later.', '--in', '2h', '--json'])).stdout);
  const waitMs = Date.parse(soon!.not_before!) - Date.parse(soon!.created_at);
  expect(Math.round(waitMs / 60_000)).toBe(120);
  expect(soon!.state).toBe('queued');
  const [dated] = parseJobs((await enqueue(['Later.', '--at', '2099-01-31T18:30:00Z', '--json'])).stdout);
  expect(dated!.not_before).toBe('2099-01-31T18:30:00.000Z');
});

test('the same key names the same job, and another text under it is refused', async () => {
  const first = await enqueue(['Good morning.', '--key', 'daily']);
  const second = await enqueue(['Good morning.', '--key', 'daily']);
  expect(second.stdout).toBe(first.stdout);
  expect(second.stderr).toContain('was there already');
  expect(await enqueue(['Good evening.', '--key', 'daily'])).toMatchObject({ code: 2, stdout: '' });
});

test('--lines makes one job a line, in order, with the common flags', async () => {
  await writeFile(join(folder, 'lines.txt'), 'First.\r\n\nSecond.\nThird.');
  const { stdout } = await enqueue(['--lines', 'lines.txt', '--label', 'list', '--in', '1h', '--json']);
  const jobs = parseJobs(stdout);
  expect(jobs.map((job) => [job.text_preview, job.label])).toEqual([
    ['First.', 'list'],
    ['Second.', 'list'],
    ['Third.', 'list'],
  ]);
});

test('--jsonl takes each line its own parameters, from stdin as well', async () => {
  const lines = '{"text": "One.", "seed": 7}\n{"text": "Two.", "label": "own"}\n';
  const jobs = parseJobs((await enqueue(['--jsonl', '-', '--label', 'common', '--json'], lines)).stdout);
  expect(jobs.map(({ text_preview, label }) => [text_preview, label])).toEqual([
    ['One.', 'common'],
    ['Two.', 'own'],
  ]);
  expect(jobs[0]!.seed).toBe(7);
});

test('one bad line stops them all, and every bad line is named', async () => {
  const before = await countJobs();
  await writeFile(
    join(folder, 'bad.jsonl'),
    '{"text": "Fine."}\n{"text": 5}\n{"text": "x", "sped": 2}\nnot json\n[1]\n{"text": "x", "chunk_size": 3}\n' +
      '{"text": " \\t"}\n{"text": "a\\u0000b"}\n{"text": "\\ud83d"}\n',
  );
  const { code, stdout, stderr } = await enqueue(['--jsonl', 'bad.jsonl']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('Nothing was submitted.');
  for (const start of [
    'bad.jsonl:2: text: ',
    'bad.jsonl:3: ',
    'bad.jsonl:4: not JSON',
    'bad.jsonl:5: expected an object',
    'bad.jsonl:6: chunk_size: ',
    'bad.jsonl:7: text: is empty',
    'bad.jsonl:8: text: holds a NUL character at position 1',
    'bad.jsonl:9: text: holds half of a surrogate pair',
  ]) {
    expect(stderr).toContain(start);
  }
  expect(await countJobs()).toBe(before);
});

test('what only the daemon can know is named with its line too', async () => {
  const before = await countJobs();
  const lines = '{"text": "Fine."}\n\n{"text": "x", "voice": "nobody"}\n';
  const { code, stderr } = await enqueue(['--jsonl', '-'], lines);
  expect(code).toBe(3);
  expect(stderr).toContain('stdin:3: There is no voice "nobody".');
  expect(await countJobs()).toBe(before);
});

test('two sources of text exclude each other', async () => {
  expect(await enqueue(['Hello.', '--lines', 'lines.txt'])).toMatchObject({
    code: 2,
    stderr: 'tts: TEXT and --lines exclude each other: give one of them.\n',
  });
});
