// What clients get wrong: each gets a clear answer that names the field, and nothing is made or lost.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Daemon, type Reply, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { waitFor } from '../../helpers/wait-for.ts';

let daemon: Daemon;

beforeAll(async () => {
  daemon = await startDaemon();
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

async function countJobs(): Promise<number> {
  return (await daemon.call('GET', '/v1/jobs?limit=1000')).json<{ jobs: unknown[] }>().jobs.length;
}

interface ErrorBody {
  detail: { loc: (string | number)[]; msg: string; type: string }[] | string;
  error: { code: string; message: string; retryable: boolean };
}

function expectNoTrace(reply: Reply): void {
  expect(reply.body.toString()).not.toMatch(/\bat .*\.(ts|js):\d/);
}

const REFUSED: [string, unknown, number, string, RegExp][] = [
  ['empty text', { text: '' }, 422, 'text', /empty/],
  ['blank text', { text: ' \n\t\u00a0 ' }, 422, 'text', /white space/],
  [
    '1 000 001 characters',
    { text: 'a'.repeat(1_000_001) },
    422,
    'text',
    /1000001 characters, at most 1000000/,
  ],
  ['a lone high surrogate', { text: 'Hello \ud83d there' }, 422, 'text', /U\+D83D.*position 6/],
  ['a lone low surrogate', { text: 'x\udc00' }, 422, 'text', /U\+DC00.*position 1/],
  ['NUL', { text: 'a\0b' }, 422, 'text', /NUL character at position 1/],
  ['no text', { voice_mode: 'predefined' }, 422, 'text', /field required/],
  ['a number as text', { text: 5 }, 422, 'text', /string/],
  ['null as text', { text: null }, 422, 'text', /string/],
  ['text in a list', { text: ['a'] }, 422, 'text', /string/],
  ['a list as body', ['a'], 422, 'body', /object/],
  ['null as body', 'null', 422, 'body', /object/],
  ['a word as temperature', { text: 'a', temperature: 'hot' }, 422, 'temperature', /number/],
  ['infinite temperature', '{"text":"a","temperature":1e999}', 422, 'temperature', /number/],
  ['NaN', '{"text":"a","temperature":NaN}', 422, 'body', /not valid JSON/],
  ['broken JSON', '{"text": "a"', 422, 'body', /not valid JSON/],
  ['no body', '', 422, 'body', /object|required/],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 422, 'body', /UTF-8/],
  ['a chunk size of 10', { text: 'a', chunk_size: 10 }, 422, 'chunk_size', /50/],
  ['a chunk size of 1001', { text: 'a', chunk_size: 1001 }, 422, 'chunk_size', /1000/],
  ['a fractional seed', { text: 'a', seed: 1.5 }, 422, 'seed', /integer/],
  ['a word as split_text', { text: 'a', split_text: 'yes' }, 422, 'split_text', /boolean/],
  ['an unknown format', { text: 'a', output_format: 'wma' }, 422, 'output_format', /wav, pcm, mp3/],
  [
    'a language that the model does not speak',
    { text: 'Guten Tag', language: 'de' },
    422,
    'language',
    /hibari does not speak "de", only en-US; leave language out/,
  ],
  ['an unknown voice mode', { text: 'a', voice_mode: 'mimic' }, 422, 'voice_mode', /predefined, clone/],
  ['an unknown voice', { text: 'a', predefined_voice_id: 'hart' }, 404, 'voice', /Did you mean heart/],
  ['a path as voice', { text: 'a', predefined_voice_id: '../../etc/passwd' }, 404, 'voice', /no voice/],
  ['an unknown model', { text: 'a', model: 'bark' }, 404, 'model', /Here are hibari/],
  ['clone without a clip', { text: 'a', voice_mode: 'clone' }, 400, 'reference_audio_filename', /needed/],
  [
    'clone with an unknown clip',
    { text: 'a', voice_mode: 'clone', reference_audio_filename: 'x.wav' },
    404,
    'reference',
    /no reference clip/,
  ],
];

describe.each(['/tts/enqueue', '/tts'])('POST %s', (path) => {
  test.each(REFUSED)('%s is refused', async (_what, body, status, field, message) => {
    const before = await countJobs();
    const reply = await daemon.call('POST', path, body);
    expect(reply.status).toBe(status);
    const { detail, error } = reply.json<ErrorBody>();
    expect(error.message).toMatch(message);
    if (Array.isArray(detail)) {
      expect(detail[0]!.loc.join('.')).toContain(field);
      expect(detail[0]).toMatchObject({ msg: expect.any(String), type: expect.any(String) });
    } else expect(detail.toLowerCase()).toContain(field);
    expectNoTrace(reply);
    expect(await countJobs()).toBe(before);
  });
});

describe('POST /v1/jobs', () => {
  test('an error in one of many names its place, and none is made', async () => {
    const before = await countJobs();
    const reply = await daemon.call('POST', '/v1/jobs', {
      jobs: [{ text: 'one' }, { text: 'two' }, { text: ' ' }],
    });
    expect(reply.status).toBe(422);
    const { detail, error } = reply.json<ErrorBody>();
    expect(error.message).toMatch(/^jobs\[2\]: text/);
    expect(detail).toMatchObject([{ loc: ['body', 'jobs', 2, 'text'] }]);
    expect(await countJobs()).toBe(before);
  });

  test('a field that is not known is named', async () => {
    const reply = await daemon.call('POST', '/v1/jobs', { text: 'a', voise: 'heart' });
    expect(reply.status).toBe(422);
    expect(reply.json<ErrorBody>().error.message).toMatch(/voise/);
  });
});

describe('routes', () => {
  test('an unknown one is 404 and says where to look', async () => {
    const reply = await daemon.call('GET', '/nothing?x=1');
    expect(reply.status).toBe(404);
    expect(reply.json<ErrorBody>().error.message).toContain('/openapi.json');
  });

  test('a body of another type is 415', async () => {
    const reply = await daemon.call('POST', '/tts', '<text/>', { 'content-type': 'application/xml' });
    expect(reply.status).toBe(415);
  });

  test('a body that is far too large is 413', async () => {
    const reply = await daemon.call(
      'POST',
      '/tts',
      JSON.stringify({ text: 'a', padding: 'b'.repeat(9 * 1024 * 1024) }),
    );
    expect(reply.status).toBe(413);
  });

  test('a foreign Host or Origin over TCP is 403 and names the setting', async () => {
    const { http } = daemon.endpoint;
    const { port } = new URL(http);
    const { request } = await import('undici');
    const rebound = await request(`${http}/v1/voices`, { headers: { host: `evil.example:${port}` } });
    expect(rebound.statusCode).toBe(403);
    expect(await rebound.body.text()).toContain('server.allowed_hosts');
    const crossed = await request(`${http}/tts/enqueue`, {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'content-type': 'application/json' },
      body: '{"text":"a"}',
    });
    expect(crossed.statusCode).toBe(403);
    expect(await crossed.body.text()).toContain('server.allowed_origins');
  });
});

describe('odd but allowed texts are spoken', () => {
  test.each([['a megabyte without a space, cut short by a cancel', 'x'.repeat(1_000_000)]])(
    '%s',
    async (_what, text) => {
      const { job_id: id } = (await daemon.call('POST', '/tts/enqueue', { text })).json<{ job_id: string }>();
      await waitFor('some of it to be spoken', async () => {
        const status = (await daemon.call('GET', `/tts/${id}/status`)).json<{
          status: string;
          current_chunk: number;
        }>();
        return status.status === 'running' && status.current_chunk > 2;
      });
      expect((await daemon.call('DELETE', `/tts/${id}`)).status).toBe(200);
    },
  );

  test.each([
    ['emoji and words', 'Good morning 🌞 everyone 👩‍👩‍👧‍👦!', /./],
    ['another script', 'The word Москва means Moscow.', /Москва|Cyrillic|script/i],
    ['only an emoji', '🌞', /nothing|speak/i],
    ['right to left', 'He said שלום to us.', /./],
    ['control and zero-width characters', 'a\u0007b\u200bc d\u202ee', /./],
  ])('%s', async (_what, text, warning) => {
    const { job_id: id } = (await daemon.call('POST', '/tts/enqueue', { text })).json<{ job_id: string }>();
    const status = await waitFor('the job to complete', async () => {
      const now = (await daemon.call('GET', `/tts/${id}/status`)).json<{
        status: string;
        warnings: string[];
        error?: string;
      }>();
      expect(now.status, now.error).not.toBe('failed');
      return now.status === 'completed' && now;
    });
    expect([...status.warnings, ' '].join(' ')).toMatch(warning);
  });
});
