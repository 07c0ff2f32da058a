// What a text may say, spoken by the real voice: tags, the lexicon, and captions that fit the sound.
import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CaptionsReply } from '../../../src/api/captions.ts';
import type { JobView } from '../../../src/api/job.ts';
import type { LexiconReply } from '../../../src/api/lexicon.ts';
import { type Daemon, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { parseWav } from '../../helpers/wav-parse.ts';

const RATE_HZ = 24_000;

let daemon: Daemon;
let configDir: string;
let lexiconFile: string;

beforeAll(async () => {
  configDir = await mkdtemp(join(tmpdir(), 'ttsd-config-'));
  await writeFile(
    join(configDir, 'config.yaml'),
    'job_queue:\n  cleanup_interval_sec: 1\n  chunk_cache_bytes: 0\n',
  );
  lexiconFile = join(configDir, 'lexicon.yaml');
  daemon = await startDaemon({ config: join(configDir, 'config.yaml') });
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
  await rm(configDir, { recursive: true });
});

async function render(request: string | Record<string, unknown>): Promise<JobView> {
  const body = typeof request === 'string' ? { text: request, seed: 9 } : request;
  const submitted = (await daemon.call('POST', '/v1/jobs', body)).json<{ jobs: { job: JobView }[] }>();
  return waitFor('the job to complete', async () => {
    const job = (await daemon.call('GET', `/v1/jobs/${submitted.jobs[0]!.job.id}`)).json<
      JobView & Record<string, unknown>
    >();
    expect(job.error).toBeNull();
    return job.state === 'completed' && job;
  });
}

async function getSamples({ id }: JobView): Promise<Int16Array> {
  return parseWav((await daemon.call('GET', `/tts/${id}/result`)).body).samples;
}

async function getCaptions({ id }: JobView, by = 'sentence'): Promise<CaptionsReply> {
  const reply = await daemon.call('GET', `/v1/jobs/${id}/captions.json?by=${by}`);
  expect(reply.status).toBe(200);
  return reply.json<CaptionsReply & Record<string, unknown>>();
}

/** Root mean square from `fromSec` to `toSec`. */
function measure(samples: Int16Array, fromSec: number, toSec: number): number {
  const part = samples.subarray(Math.round(fromSec * RATE_HZ), Math.round(toSec * RATE_HZ));
  return Math.sqrt(part.reduce((sum, sample) => sum + sample ** 2, 0) / part.length);
}

describe('pauses', () => {
  test('are in the sound to the sample, wherever they stand, and in the header of the file', async () => {
    const bare = await getSamples(await render('One.'));
    const other = await getSamples(await render('Two.'));
    const pauseEnd = 0.12 * RATE_HZ;
    const samples = await getSamples(await render('[pause:1s]One. [pause:2.5s] Two.[pause:300ms]'));
    const speech = bare.length + other.length - 2 * pauseEnd;
    expect(samples.length).toBe(speech + 3.8 * RATE_HZ);
    expect(samples.subarray(0, RATE_HZ).every((sample) => sample === 0)).toBe(true);
    expect(samples.subarray(RATE_HZ, RATE_HZ + 1000)).toEqual(bare.subarray(0, 1000));
    const second = RATE_HZ + bare.length - pauseEnd;
    expect(samples.subarray(second, second + 2.5 * RATE_HZ).every((sample) => sample === 0)).toBe(true);
  });

  test('are as long at any speed, and heard in a stream as in the result', async () => {
    const request = { text: 'One. [pause:2s] Two.', seed: 9, speed: 2, class: 'interactive' };
    const id = (await render(request)).id;
    const result = (await daemon.call('GET', `/tts/${id}/result`)).body;
    const { samples } = parseWav(result);
    let longest = 0;
    for (let at = 0, run = 0; at < samples.length; at++) {
      run = samples[at] === 0 ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    expect(longest).toBeGreaterThanOrEqual(2 * RATE_HZ);
    expect(longest).toBeLessThan(2.01 * RATE_HZ);
    const streamed = await daemon.call('POST', '/tts', {
      text: request.text,
      seed: 9,
      speed_factor: 2,
      stream: true,
    });
    expect(streamed.body.subarray(44).equals(result.subarray(44))).toBe(true);
  });
});

test('a voice in a text sounds as it does in a job of its own', async () => {
  const alone = await getSamples(await render({ text: 'Two.', voice: 'martin', seed: 9 }));
  const mixed = await getSamples(await render('[voice:martin]Two. [pause:1s] [/voice]Two.'));
  const speech = alone.length - 0.12 * RATE_HZ;
  expect(mixed.subarray(0, speech)).toEqual(alone.subarray(0, speech));
  expect(mixed.subarray(speech + RATE_HZ, 2 * speech + RATE_HZ)).not.toEqual(alone.subarray(0, speech));
});

describe('what is refused, and what is only said', () => {
  test.each([
    ['/v1/jobs', { text: 'Hi [voice:hart]you[/voice].' }],
    ['/tts/enqueue', { text: 'Hi [voice:hart]you[/voice].' }],
    ['/tts', { text: 'Hi [voice:hart]you[/voice].' }],
    ['/v1/audio/speech', { model: 'tts-1', voice: 'alloy', input: 'Hi [voice:hart]you[/voice].' }],
  ])('an unknown voice in a text sent to %s is named with its tag', async (path, body) => {
    const reply = await daemon.call('POST', path, body);
    expect(reply.status).toBe(404);
    expect(reply.body.toString()).toMatch(/\[voice:hart\] at position 3.*Did you mean heart\?/);
  });

  test.each([
    ['[pause:1s] [voice:heart] … [/voice]', /holds only tags/],
    ['A [voice: ]B', /names no voice/],
    [`A ${'[pause:5m]'.repeat(13)} B`, /pauses add up to 3900 s, at most 3600 s/],
  ])('%j is refused', async (text, message) => {
    const reply = await daemon.call('POST', '/v1/jobs', { text });
    expect(reply.status).toBe(422);
    expect(reply.body.toString()).toMatch(message);
  });

  test('a tag that is not quite right is used as far as can be, with a warning', async () => {
    const { warnings } = await render('Well [pause:] then [laugh] [/voice], and [voice:Emily.wav]bye.');
    expect(warnings).toEqual([
      expect.stringContaining('[pause:] gives no length'),
      expect.stringContaining('[/voice] ends a voice that was not begun'),
      expect.stringContaining('The voice Emily.wav is spoken by'),
    ]);
  });
});

describe('captions', () => {
  test('hold the words as they were written, where they are heard', async () => {
    const text =
      '[pause:500ms]Dr. Smith paid $45.50. [pause:2s] "Then [voice:heart]he left[/voice]," said [Kokoro](/kˈOkəɹO/)\'s friend.';
    const job = await render(text);
    const samples = await getSamples(job);
    const { captions, duration_sec } = await getCaptions(job);
    expect(duration_sec).toBeCloseTo(samples.length / RATE_HZ, 3);
    expect(captions.map((caption) => caption.text)).toEqual([
      'Dr. Smith paid $45.50.',
      '"Then he left," said Kokoro\'s friend.',
    ]);
    const words = captions.flatMap((caption) => caption.words!);
    expect(words.map((word) => word.text)).toEqual([
      'Dr',
      'Smith',
      'paid',
      '$45.50',
      'Then',
      'he',
      'left',
      'said',
      "Kokoro's",
      'friend',
    ]);
    for (const { start, end, text: shown } of words)
      expect(text.slice(start, end).replace('](/kˈOkəɹO/)', '')).toBe(shown);
    let sec = 0.5;
    for (const word of words) {
      expect(word.start_sec).toBeGreaterThanOrEqual(sec);
      expect(word.end_sec).toBeGreaterThan(word.start_sec);
      expect(measure(samples, word.start_sec, word.end_sec)).toBeGreaterThan(300);
      sec = word.end_sec;
    }
    // The first word begins with the sound, and between two sentences nobody speaks.
    expect(measure(samples, 0, words[0]!.start_sec - 0.03)).toBeLessThan(30);
    expect(measure(samples, words[3]!.end_sec + 0.1, words[4]!.start_sec - 0.06)).toBeLessThan(30);
    expect(words[4]!.start_sec - words[3]!.end_sec).toBeGreaterThan(1.95);
    expect((await getCaptions(job, 'word')).captions.map((caption) => caption.text)).toEqual(
      words.map((word) => word.text),
    );
  });

  test('join sentences over chunks, and words said by the lexicon over their parts', async () => {
    await writeFile(lexiconFile, 'harbour: haven of the ships\n');
    const sentence =
      'The old harbour lay still, and nobody came by, not even the keeper of the light, who was ill.';
    const job = await render({ text: `${sentence} It was late.`, chunk_size: 50, seed: 9 });
    expect(job.total_chunks).toBeGreaterThan(2);
    const { captions } = await getCaptions(job);
    expect(captions.map(({ text }) => text)).toEqual([sentence, 'It was late.']);
    const [, , harbour, lay] = captions[0]!.words!;
    expect([harbour!.text, lay!.text]).toEqual(['harbour', 'lay']);
    expect(harbour!.end_sec - harbour!.start_sec).toBeGreaterThan(0.6);
    const srt = (await daemon.call('GET', `/v1/jobs/${job.id}/captions.srt`)).body.toString();
    expect(srt).toMatch(/^1\n00:00:00,0\d\d --> 00:00:0\d,\d{3}\nThe old harbour lay still/);
    const vtt = await daemon.call('GET', `/v1/jobs/${job.id}/captions.vtt?by=word`);
    expect(vtt.headers['content-type']).toBe('text/vtt; charset=utf-8');
    expect(vtt.body.toString()).toMatch(/^WEBVTT\n\n00:00:00\.0\d\d --> [\d:.]+\nThe\n\n/);
    await rm(lexiconFile);
  });

  test('are there while the result is, whatever became of the chunks, and made again with it', async () => {
    const job = await render('It was a bright cold day in April.');
    const before = await getCaptions(job);
    const countChunks = async () =>
      (await readdir(join(daemon.dataDir, 'chunks'), { recursive: true })).filter((name) =>
        name.endsWith('.chunk'),
      ).length;
    await waitFor('the chunks to be evicted', async () => (await countChunks()) === 0);
    expect(await getCaptions(job)).toEqual(before);
    const files = (await readdir(join(daemon.dataDir, 'results'))).filter((name) => name.includes(job.id));
    expect(files.length).toBe(2);
    await unlink(join(daemon.dataDir, 'results', files.find((name) => name.endsWith('.words'))!));
    expect((await daemon.call('GET', `/v1/jobs/${job.id}/captions.vtt`)).status).toBe(425);
    await waitFor(
      'the job to be made again',
      async () => (await daemon.call('GET', `/v1/jobs/${job.id}/captions.vtt`)).status === 200,
    );
    expect(await getCaptions(job)).toEqual(before);
    expect((await daemon.call('DELETE', `/v1/jobs/${job.id}`)).status).toBe(204);
    expect((await readdir(join(daemon.dataDir, 'results'))).filter((name) => name.includes(job.id))).toEqual(
      [],
    );
    expect((await daemon.call('GET', `/v1/jobs/${job.id}/captions.vtt`)).status).toBe(404);
  });

  test('of a job that waits, or was cancelled, are refused as its result is', async () => {
    const later = { text: 'Later.', not_before: '2099-01-01T00:00:00Z' };
    const reply = (await daemon.call('POST', '/v1/jobs', later)).json<{ jobs: { job: JobView }[] }>();
    const { id } = reply.jobs[0]!.job;
    expect((await daemon.call('GET', `/v1/jobs/${id}/captions.json`)).status).toBe(425);
    await daemon.call('POST', `/v1/jobs/${id}/cancel`);
    expect((await daemon.call('GET', `/v1/jobs/${id}/captions.json`)).status).toBe(410);
    expect((await daemon.call('GET', `/v1/jobs/${id}/captions.json?by=letter`)).status).toBe(422);
  });
});

describe('the lexicon', () => {
  const put = (word: string, body: unknown) =>
    daemon.call('PUT', `/v1/lexicon/${encodeURIComponent(word)}`, body);
  const list = async () =>
    (await daemon.call('GET', '/v1/lexicon')).json<LexiconReply & Record<string, unknown>>();

  test('is kept in a file that people edit too: what they wrote stays, what they change is noticed', async () => {
    await writeFile(
      lexiconFile,
      '# Names\nKokoro: /kˈOkəɹO/ # the model\nyes: yeah\n1984: nineteen eighty four\n',
    );
    expect((await list()).entries.map(({ word, say }) => [word, say])).toEqual([
      ['Kokoro', '/kˈOkəɹO/'],
      ['yes', 'yeah'],
      ['1984', 'nineteen eighty four'],
    ]);
    expect((await put('nginx', { say: 'engine x' })).status).toBe(201);
    expect((await put('Kokoro', { say: '/kəkˈɔɹO/', language: 'en' })).status).toBe(200);
    expect((await put('C++ / C#', { say: 'see' })).status).toBe(201);
    expect((await daemon.call('DELETE', '/v1/lexicon/1984')).status).toBe(204);
    expect((await daemon.call('DELETE', '/v1/lexicon/ngnix')).json()).toMatchObject({
      error: { code: 'word_not_found', message: expect.stringContaining('Did you mean nginx?') },
    });
    expect((await list()).entries).toEqual([
      { word: 'Kokoro', say: '/kəkˈɔɹO/', language: 'en' },
      { word: 'yes', say: 'yeah', language: null },
      { word: 'nginx', say: 'engine x', language: null },
      { word: 'C++ / C#', say: 'see', language: null },
    ]);
    expect(await readFile(lexiconFile, 'utf8')).toContain('# Names\nKokoro:');
    expect((await readdir(configDir)).sort()).toEqual(['config.yaml', 'lexicon.yaml']);
  });

  test.each([
    [
      'x',
      { say: '/gruːn/' },
      'say: not in the alphabet of phonemes: g (did you mean ɡ?), r (did you mean ɹ?)',
    ],
    ['x', { say: '/ˈˈ/' }, 'say: holds no phoneme that can be heard'],
    ['x', { say: '/kˈOkəɹO' }, 'say: phonemes stand between two slashes'],
    ['x', { say: '…' }, 'say: expected a word with a letter or a digit'],
    ['[x]', { say: 'ex' }, 'word: must not hold "["'],
    ['x'.repeat(101), { say: 'ex' }, 'word: has 101 characters'],
    ['x', { say: 'ex', language: 'klingon!' }, 'language: expected a language such as en'],
    ['x', {}, 'say: field required'],
  ])('%s as %j is refused, naming the field', async (word, body, message) => {
    const reply = await put(word, body);
    expect(reply.status).toBe(422);
    expect(reply.json<{ error: { message: string } }>().error.message).toContain(message);
  });

  test('a file that cannot be read changes nothing, and jobs and the list say so', async () => {
    await writeFile(lexiconFile, 'kettle: cattle\n');
    const asCattle = await getSamples(await render('The kettle.'));
    await writeFile(lexiconFile, 'kettle: [cattle\n');
    expect((await list()).problems).toEqual([expect.stringContaining('lexicon.yaml')]);
    const job = await render('The kettle.');
    expect(job.warnings).toEqual([expect.stringContaining('lexicon.yaml')]);
    expect(await getSamples(job)).toEqual(asCattle);
    expect((await put('pot', { say: 'pat' })).status).toBe(409);
    expect(await readFile(lexiconFile, 'utf8')).toBe('kettle: [cattle\n');
    await writeFile(lexiconFile, 'kettle: /☃/\npot: pat\n');
    expect(await list()).toMatchObject({
      entries: [{ word: 'pot' }],
      problems: [expect.stringContaining('☃')],
    });
    await rm(lexiconFile);
    expect(await list()).toMatchObject({ entries: [], problems: [] });
  });

  test('is for a job what it was when the job was accepted', async () => {
    const plain = await getSamples(await render('The kettle.'));
    await put('kettle', { say: 'cattle' });
    const later = { text: 'The kettle.', seed: 9, not_before: new Date(Date.now() + 1500).toISOString() };
    const reply = (await daemon.call('POST', '/v1/jobs', later)).json<{ jobs: { job: JobView }[] }>();
    await daemon.call('DELETE', '/v1/lexicon/kettle');
    const { id } = reply.jobs[0]!.job;
    const job = await waitFor('the job to complete', async () => {
      const found = (await daemon.call('GET', `/v1/jobs/${id}`)).json<JobView & Record<string, unknown>>();
      return found.state === 'completed' && found;
    });
    const spoken = await getSamples(job);
    expect(spoken).not.toEqual(plain);
    expect(spoken).toEqual(await getSamples(await render('The cattle.')));
    expect(await getSamples(await render('The kettle.'))).toEqual(plain);
  });
});
