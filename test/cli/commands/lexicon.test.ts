// tts lexicon, and --captions of say and fetch.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseJobs, runTts } from '../../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';

let daemon: Daemon;
let folder: string;
const tts = (...args: string[]) => runTts(args, { env: daemon.env, cwd: folder });

beforeAll(async () => {
  folder = await makeDataDir();
  await writeFile(join(folder, 'config.yaml'), '');
  daemon = await startDaemon({ config: join(folder, 'config.yaml') });
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

test('words are added, listed and taken out', async () => {
  expect(await tts('lexicon', 'list')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: `tts: There are no words in ${join(folder, 'lexicon.yaml')}. Add one: tts lexicon add nginx engine x\n`,
  });
  expect(await tts('lexicon', 'add', 'nginx', 'engine', 'x')).toMatchObject({
    code: 0,
    stdout: 'nginx  engine x\n',
  });
  const phonemes = await tts('lexicon', 'add', 'New York', '/nu jˈɔɹk/', '--language', 'en', '--json');
  expect(JSON.parse(phonemes.stdout)).toEqual({ word: 'New York', say: '/nu jˈɔɹk/', language: 'en' });
  expect((await tts('lexicon', 'list')).stdout).toBe('nginx     engine x\nNew York  /nu jˈɔɹk/  en\n');
  expect((await tts('lexicon', 'list', '-q')).stdout).toBe('nginx\nNew York\n');
  expect(await tts('lexicon', 'rm', 'New York', 'nothing')).toMatchObject({
    code: 3,
    stdout: 'New York removed\n',
    stderr: expect.stringContaining('The lexicon has no word "nothing".'),
  });
  expect(await tts('lexicon', 'add', 'word', '/grr/')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/say: not in the alphabet of phonemes: g \(did you mean ɡ\?\)/),
  });
  expect(await readFile(join(folder, 'lexicon.yaml'), 'utf8')).toBe('nginx: engine x\n');
});

test('say and fetch write captions in the format of the name, whole or not at all', async () => {
  const said = await tts(
    'say',
    'Hello there. Bye.',
    '-o',
    'hello.wav',
    '--captions',
    'hello.srt',
    '--label',
    'greeting',
    '--json',
  );
  expect(said.code).toBe(0);
  const srt = await readFile(join(folder, 'hello.srt'), 'utf8');
  expect(srt).toMatch(/^1\n00:00:00,\d{3} --> [\d:,]+\nHello there\.\n\n2\n[\d:,]+ --> [\d:,]+\nBye\.\n\n$/);
  const { id } = parseJobs(said.stdout)[0]!;
  await mkdir(join(folder, 'out'));
  expect(await tts('fetch', id, '-o', 'out/', '--captions', 'out/{label}.VTT')).toMatchObject({ code: 0 });
  expect(await readFile(join(folder, 'out', 'greeting.VTT'), 'utf8')).toMatch(/^WEBVTT\n\n00:/);
  expect((await readdir(join(folder, 'out'))).sort()).toEqual([`${id}.wav`, 'greeting.VTT']);
  expect(await tts('fetch', id, id, '-o', 'out/', '--captions', 'one.json')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Use a template: --captions '{id}.srt'"),
  });
});

test('captions that could not be written are refused before anything is made', async () => {
  expect(await tts('say', 'Hi.', '-o', 'hi.wav', '--captions', 'hi.txt')).toMatchObject({
    code: 2,
    stderr: 'tts: --captions hi.txt: the name must end in .srt, .vtt, .json.\n',
  });
  expect(await tts('say', 'Hi.', '-o', 'hi.wav', '--captions', 'nowhere/hi.srt')).toMatchObject({ code: 73 });
  expect(await readdir(folder)).not.toContain('hi.wav');
});
