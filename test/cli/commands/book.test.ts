// Books: an EPUB becomes a folder of chapters, or one M4B with chapter marks.
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEpub } from '../../../src/cli/book/read-epub.ts';
import { readTextFile } from '../../../src/cli/input.ts';
import { runTts } from '../../helpers/cli.ts';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { makeEpub } from '../../helpers/epub.ts';
import { hasFfmpeg } from '../../helpers/ffmpeg.ts';

const BOOK = {
  title: 'Fog &amp; Wind',
  author: 'A. Nobody',
  chapters: [
    {
      title: 'I. The Fog',
      body: '<h1>I.<br/>The Fog</h1><p>It came <i>at</i>\n night.</p><script>no</script>',
    },
    {
      title: '../Up &amp; away',
      body: '<blockquote><p>It went.</p></blockquote><ul><li>And so on.</li></ul>',
    },
  ],
};
const CHAPTERS = [
  { title: 'I. The Fog', text: 'I.The Fog\n\nIt came at night.' },
  { title: '../Up & away', text: 'It went.\n\nAnd so on.' },
];

let daemon: Daemon;
let folder: string;
const tts = (args: string[], env: Record<string, string> = {}) =>
  runTts(args, { env: { ...daemon.env, ...env }, cwd: folder });
const list = async (label: string) =>
  (await daemon.call('GET', `/v1/jobs?label=${encodeURIComponent(label)}`)).json<{ jobs: unknown[] }>().jobs;

beforeAll(async () => {
  daemon = await startDaemon();
  folder = await makeDataDir();
  await writeFile(join(folder, 'book.epub'), makeEpub(BOOK, 3));
});
afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

describe('reading', () => {
  test.each([2, 3] as const)('EPUB %i: chapters in reading order with their titles', (version) => {
    const book = readEpub(makeEpub(BOOK, version), 'book.epub');
    expect(book).toMatchObject({ title: 'Fog & Wind', author: 'A. Nobody' });
    expect(book.chapters.map(({ title }) => title)).toEqual(CHAPTERS.map(({ title }) => title));
    expect(book.chapters[1]!.text).toBe(CHAPTERS[1]!.text);
    expect(book.chapters[0]!.text).toContain('It came at night.');
    expect(book.chapters[0]!.text).not.toContain('no');
  });

  test('a file that is none, is cut off, is protected or holds no text is refused in words', () => {
    const whole = makeEpub(BOOK, 3);
    const refuse = (bytes: Uint8Array) => {
      try {
        return JSON.stringify(readEpub(bytes, 'x.epub'));
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(refuse(strToU8('plain text'))).toMatch(/^x\.epub cannot be read as an EPUB: .*zip/);
    expect(refuse(whole.subarray(0, whole.length / 2))).toMatch(/^x\.epub cannot be read as an EPUB: /);
    expect(refuse(zipSync({ 'a.txt': strToU8('x') }))).toContain('META-INF/container.xml is missing');
    expect(
      refuse(makeEpub({ ...BOOK, chapters: [{ title: 'Empty', body: '<img src="x.png"/>' }] }, 3)),
    ).toContain('there is no text in it');
    // What it says of itself is believed: no more than that is ever unpacked.
    const bomb = Buffer.from(zipSync({ 'big.html': strToU8('x') }));
    bomb.writeUInt32LE(80 * 1024 * 1024, bomb.indexOf('PK\x01\x02') + 24);
    expect(refuse(bomb)).toContain('it unpacks to more than 64 MiB of text');
  });
});

test('chapters become files named by number and title, under the title of the book; again finds them made', async () => {
  const first = await tts(['book', 'book.epub', '--format', 'wav']);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout.trim().split('\n').sort()).toEqual([
    'Fog & Wind/001-i-the-fog.wav',
    'Fog & Wind/002-up-away.wav',
  ]);
  expect((await list('Fog & Wind')).length).toBe(2);
  await mkdir(join(folder, 'there'));
  const again = await tts(['book', 'book.epub', '--format', 'wav', '-o', 'there']);
  expect(again.code).toBe(0);
  expect((await readdir(join(folder, 'there'))).sort()).toEqual(['001-i-the-fog.wav', '002-up-away.wav']);
  expect((await list('Fog & Wind')).length).toBe(2);
});

test.skipIf(!hasFfmpeg)('ffmpeg: one M4B holds all chapters with their titles and marks', async () => {
  expect(await tts(['book', 'book.epub', '-o', 'book.m4b'])).toEqual({
    code: 0,
    signal: null,
    stdout: 'book.m4b\n',
    stderr: '',
  });
  const probed = spawnSync(
    'ffprobe',
    ['-v', 'error', '-show_chapters', '-show_format', '-of', 'json', 'book.m4b'],
    {
      cwd: folder,
    },
  );
  const { chapters, format } = JSON.parse(probed.stdout.toString());
  expect(format.tags).toMatchObject({ title: 'Fog & Wind', artist: 'A. Nobody' });
  expect(chapters.map((chapter: { tags: { title: string } }) => chapter.tags.title)).toEqual(
    CHAPTERS.map(({ title }) => title),
  );
  expect(chapters[1].start_time).toBe(chapters[0].end_time);
  expect(Math.abs(Number(format.duration) - Number(chapters[1].end_time))).toBeLessThan(0.1);
  expect((await readFile(join(folder, 'book.m4b'))).toString('latin1', 4, 8)).toBe('ftyp');
});

test('without ffmpeg an M4B is refused before anything is queued', async () => {
  const { code, stderr } = await tts(['book', 'book.epub', '-o', 'x.m4b', '--label', 'none'], {
    PATH: '/nonexistent',
  });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      'tts: An M4B needs ffmpeg, which is not installed. Install it, or write a folder of chapters: -o FOLDER\n',
  });
  expect(await list('none')).toEqual([]);
});

test('where a text is asked for, a book is refused with what to do', async () => {
  const book = join(folder, 'book.epub');
  await expect(readTextFile(book)).rejects.toThrow(
    `${book} cannot be read. It is an EPUB book. Make text of it: tts book '${book}' -o FOLDER`,
  );
});
