// docs/recipes.md does what it says: each block is taken from the page and run as it stands.
import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobView } from '../../src/api/job.ts';
import { TTS } from '../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../helpers/daemon.ts';

const hasMake = spawnSync('make', ['--version']).status === 0;
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
let daemon: Daemon;
let env: Record<string, string>;
let folder: string;
let blocks: { heading: string; language: string; code: string }[];

const find = (heading: string, language: string) =>
  blocks.filter((block) => block.heading === heading && block.language === language).map(({ code }) => code);
const list = async (query: string) =>
  (await daemon.call('GET', `/v1/jobs?${query}`)).json<{ jobs: JobView[] }>().jobs;

/** In cron's shell. A terminal code in what it prints would be a mistake. */
function runShell(code: string): Promise<number | null> {
  const child = spawn('/bin/sh', ['-ec', code], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part) => {
      said += part;
    });
  return new Promise((resolve) =>
    child.once('close', (status) => {
      expect(said).not.toContain('\x1b');
      if (status !== 0) console.error(said);
      resolve(status);
    }),
  );
}

beforeAll(async () => {
  daemon = await startDaemon();
  folder = await makeDataDir();
  await mkdir(join(folder, 'programs'));
  await symlink(TTS, join(folder, 'programs', 'tts'));
  await mkdir(join(folder, 'chapters'));
  env = { ...daemon.env, PATH: `${folder}/programs:${daemon.env.PATH}` };
  const texts = {
    'news.txt': 'Nothing happened.',
    'letter.txt': 'Dear friend.',
    'chapters/a b.txt': 'One.',
    'chapters/c.txt': 'Two.',
  };
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
  const page = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'recipes.md'), 'utf8');
  blocks = page
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const [heading] = section.split('\n', 1);
      return [...section.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language, code]) => ({
        heading: heading!,
        language: language!,
        code: code!,
      }));
    });
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('nightly news: run twice, there is one job and its sound', async () => {
  const [code] = find('Nightly news, from whatever prints text', 'sh');
  expect(await runShell(code!)).toBe(0);
  expect(await runShell(code!)).toBe(0);
  expect(await list('label=news')).toMatchObject([
    { state: 'completed', text_preview: 'Good evening. Nothing happened.' },
  ]);
  expect((await readFile(join(folder, 'news.mp3'))).length).toBeGreaterThan(1000);
});

test('the line for cron does the same in the environment that cron gives', async () => {
  const [line] = find('Nightly news, from whatever prints text', 'crontab');
  // What cron does with a line: the five fields are taken off, \% becomes %.
  const command = line!
    .trim()
    .split(' ')
    .slice(5)
    .join(' ')
    .replaceAll('\\%', '%')
    .replaceAll('/usr/local/bin/tts', 'tts');
  const before = (await list('label=news')).length;
  await writeFile(join(folder, 'cron.txt'), '');
  const cron = { ...env, HOME: folder, SHELL: '/bin/sh', LOGNAME: 'somebody' };
  const ran = spawnSync('/bin/sh', ['-c', command.replace('news-', 'cron-')], { env: cron, cwd: '/' });
  expect([ran.status, ran.stderr.toString()]).toEqual([0, '']);
  expect((await list('label=news')).length).toBe(before + 1);
});

test('an announcement: the second time its chunks are there', async () => {
  const [code] = find('An announcement, spoken once and kept', 'sh');
  expect(await runShell(code!)).toBe(0);
  const [second, first] = await list('limit=2');
  expect(second!.result!.sha256).toBe(first!.result!.sha256);
});

test('wait, then notify: of what came and of what did not', async () => {
  const [code] = find('Wait, then notify', 'sh');
  expect(await runShell(code!)).toBe(0);
  expect(await readFile(join(folder, 'notice.txt'), 'utf8')).toMatch(/^It is ready: [0-9a-f-]{36}\n$/);
  await daemon.call('POST', '/v1/queue/pause', {});
  expect(await runShell(code!.replace('1h', '0.3s'))).toBe(0);
  expect(await readFile(join(folder, 'notice.txt'), 'utf8')).toBe('It came to nothing, exit code 124\n');
  await daemon.call('POST', '/v1/queue/resume', {});
});

test('many files: with --each and with xargs', async () => {
  const [each, xargs] = find('Many files', 'sh');
  expect(await runShell(each!)).toBe(0);
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['a b.mp3', 'c.mp3']));
  expect(await runShell(xargs!)).toBe(0);
  expect(await readdir(join(folder, 'chapters'))).toEqual(expect.arrayContaining(['a b.wav', 'c.wav']));
});

test.skipIf(!hasMake)('make: speaks what changed, and nothing else', async () => {
  const [makefile] = find('Makefile', 'make');
  const dir = join(folder, 'made');
  await mkdir(dir);
  await writeFile(join(dir, 'Makefile'), makefile!);
  for (const name of ['one', 'two']) await writeFile(join(dir, `${name}.txt`), `Number ${name}.`);
  const make = (...flags: string[]) => spawnSync('make', flags, { cwd: dir, env }).stdout.toString();
  expect(make()).toContain('tts say -f one.txt -o one.wav -q');
  expect(make()).toContain('Nothing to be done');
  spawnSync('touch', ['-d', '+1 minute', join(dir, 'two.txt')]);
  const third = make('--dry-run');
  expect(third).toContain('two.wav');
  expect(third).not.toContain('one.wav');
});

test.skipIf(!hasSystemd)('systemd-analyze: the timer and its service are understood', async () => {
  const units = find('systemd timer', 'ini');
  const paths = ['news.service', 'news.timer'].map((name) => join(folder, name));
  for (const [index, path] of paths.entries()) await writeFile(path, units[index]!);
  await chmod(paths[0]!, 0o644);
  const verified = spawnSync('systemd-analyze', ['--user', '--man=no', 'verify', ...paths], {
    env: { ...process.env, XDG_RUNTIME_DIR: folder },
  });
  expect(
    verified.stderr
      .toString()
      .split('\n')
      .filter((line) => line.includes('news.')),
  ).toEqual([]);
});
