// Pages of strangers in the user's own browser: what they send never reaches a route.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Daemon, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';
import { sendRaw } from '../../helpers/raw-http.ts';

let daemon: Daemon;
let http: string;
let port: string;

beforeAll(async () => {
  const dataDir = await makeDataDir();
  const config = join(dataDir, 'config.yaml');
  writeFileSync(
    config,
    'server:\n  allowed_hosts: [tts.example.org]\n  allowed_origins: ["https://app.example.org"]\n',
  );
  daemon = await startDaemon({ dataDir, config });
  ({ http } = daemon.endpoint);
  ({ port } = new URL(http));
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

const get = (host: string, path = '/v1/jobs') => sendRaw(http, [`GET ${path} HTTP/1.1`, `Host: ${host}`]);

function enqueue(headers: string[], path = '/tts/enqueue') {
  const body = '{"text":"Nobody asked for this."}';
  const lines = ['Content-Type: application/json', `Content-Length: ${body.length}`];
  return sendRaw(http, [`POST ${path} HTTP/1.1`, ...lines, ...headers], body);
}

async function countJobs(): Promise<number> {
  return (await daemon.call('GET', '/v1/jobs?limit=1000')).json<{ jobs: unknown[] }>().jobs.length;
}

describe('a page whose own name was pointed at this machine (DNS rebinding)', () => {
  // CVE-2018-5702: Transmission took orders under any Host. The browser calls such a page same-origin.
  test('reads nothing', async () => {
    const reply = await get(`evil.example:${port}`);
    expect(reply.status).toBe(403);
    expect(reply.body).toContain('server.allowed_hosts');
  });

  // CVE-2024-28224: the same in Ollama, by which pages pushed and deleted models.
  test('starts, cancels and deletes nothing', async () => {
    const before = await countJobs();
    const rebound = [
      `Host: evil.example:${port}`,
      `Origin: http://evil.example:${port}`,
      'Sec-Fetch-Site: same-origin',
    ];
    for (const path of ['/tts/enqueue', '/tts', '/v1/audio/speech', '/v1/jobs'])
      expect((await enqueue(rebound, path)).status).toBe(403);
    expect((await sendRaw(http, ['DELETE /tts/abc HTTP/1.1', ...rebound])).status).toBe(403);
    expect(await countJobs()).toBe(before);
  });
});

describe('Host', () => {
  test.each([
    'evil.example',
    'evil.example.',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example@localhost',
    'localhost@evil.example',
    'localhost/evil.example',
    '127.0.0.1 evil.example',
    '10.1.2.3',
    '[::2]',
    '[::1',
    'localhost:80:80',
    'localhost:x',
    '',
  ])('%j is refused', async (host) => {
    expect((await get(host)).status).toBe(403);
  });

  test.each([
    'localhost',
    'LOCALHOST:1',
    'localhost.',
    'localhost.:8004',
    '127.0.0.1',
    '127.8.9.10:8004',
    '[::1]',
    '[::1]:8004',
    '[0:0:0:0:0:0:0:1]:8004',
    'tts.example.org',
    'TTS.Example.ORG.:443',
  ])('%j is ours', async (host) => {
    expect((await get(host)).status).toBe(200);
  });

  test('without one nothing is answered', async () => {
    expect((await sendRaw(http, ['GET /v1/jobs HTTP/1.1'])).status).toBe(400);
    expect((await sendRaw(http, ['GET /v1/jobs HTTP/1.0'])).status).toBe(403);
  });

  test('two are refused in either order', async () => {
    for (const hosts of [
      ['Host: localhost', 'Host: evil.example'],
      ['Host: evil.example', 'Host: localhost'],
      ['Host: localhost', 'host: localhost'],
    ]) {
      expect((await sendRaw(http, ['GET /v1/jobs HTTP/1.1', ...hosts])).status).toBeGreaterThanOrEqual(400);
    }
  });

  test('a target in absolute form cannot say another name than Host', async () => {
    const send = (target: string) => sendRaw(http, [`GET ${target} HTTP/1.1`, 'Host: localhost']);
    expect((await send('http://evil.example/v1/jobs')).status).toBe(403);
    expect((await send('http://localhost/v1/jobs')).status).toBe(200);
    expect(
      (await sendRaw(http, ['GET http://localhost/v1/jobs HTTP/1.1', 'Host: evil.example'])).status,
    ).toBe(403);
  });
});

describe('a page of another site', () => {
  test.each([
    ['another origin', ['Origin: https://evil.example']],
    ['no origin, as of a sandboxed frame', ['Origin: null']],
    ['the same name on another port', ['Origin: http://localhost:1']],
    ['a name that only begins like ours', ['Origin: http://localhost.evil.example']],
    ['an allowed origin with another port', ['Origin: https://app.example.org:444']],
    ['what the browser says of it', ['Sec-Fetch-Site: cross-site']],
    ['another port of this machine', ['Sec-Fetch-Site: same-site', 'Origin: http://localhost:3000']],
    ['two answers at once', ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site']],
  ])('%s: starts no job', async (_what, headers) => {
    const before = await countJobs();
    const reply = await enqueue([`Host: localhost:${port}`, ...headers]);
    expect(reply.status).toBe(403);
    expect(reply.body).toContain('server.allowed_origins');
    expect(await countJobs()).toBe(before);
  });

  test.each([
    ['a program, which sends neither', []],
    ['our own page', [`Origin: http://localhost:PORT`, 'Sec-Fetch-Site: same-origin']],
    ['our own page in an older browser', [`Origin: http://LOCALHOST:PORT`]],
    ['typed into the address bar', ['Sec-Fetch-Site: none']],
    [
      'an origin of server.allowed_origins',
      ['Origin: https://app.example.org', 'Sec-Fetch-Site: cross-site'],
    ],
  ])('%s: may start one', async (_what, headers) => {
    const ours = headers.map((line) => line.replace('PORT', port));
    expect((await enqueue([`Host: localhost:${port}`, ...ours])).status).toBe(202);
  });

  test('may not have /tts-stream make something either, unless it is of this machine', async () => {
    const listen = (headers: string[]) =>
      sendRaw(http, [`GET /tts-stream?text=Hello. HTTP/1.1`, `Host: localhost:${port}`, ...headers]);
    const before = await countJobs();
    expect((await listen(['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Dest: audio'])).status).toBe(403);
    expect((await listen(['Origin: https://evil.example'])).status).toBe(403);
    expect(await countJobs()).toBe(before);
    expect((await listen(['Sec-Fetch-Site: same-site', 'Sec-Fetch-Dest: audio'])).status).toBe(200);
    const referer = 'Referer: https://app.example.org/';
    expect((await listen(['Sec-Fetch-Site: cross-site', referer])).status).toBe(200);
  });

  test('gets no leave to read an answer', async () => {
    const reply = await sendRaw(http, [
      'GET /v1/jobs HTTP/1.1',
      'Host: localhost',
      'Origin: https://evil.example',
    ]);
    expect(reply.head).not.toMatch(/access-control-allow-origin/i);
  });
});

// Chatterbox-TTS-Server joined the voice's name into a path, so that any file of the machine could be read.
test.each([
  '../../../../etc/passwd',
  '/etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  'heart/../../../config.yaml',
  '....//....//etc/passwd',
  'C:\\\\windows\\\\win.ini',
  'heart\\u0000.wav',
  'CON',
])('the voice %j names no file', async (voice) => {
  const spoken = { text: 'a', input: 'a', voice: 'x', predefined_voice_id: JSON.parse(`"${voice}"`) };
  const wanted = { ...spoken, voice: spoken.predefined_voice_id };
  const replies = [
    await daemon.call('POST', '/tts', wanted),
    await daemon.call('POST', '/tts/enqueue', wanted),
    await daemon.call('POST', '/v1/audio/speech', wanted),
    await daemon.call('POST', '/v1/jobs', { text: 'a', voice: wanted.voice }),
    await daemon.call('GET', `/tts-stream?text=a&predefined_voice_id=${encodeURIComponent(wanted.voice)}`),
    await daemon.call('POST', '/tts', {
      text: 'a',
      voice_mode: 'clone',
      reference_audio_filename: wanted.voice,
    }),
  ];
  for (const reply of replies) {
    expect(reply.status).toBe(404);
    expect(['voice_not_found', 'reference_not_found']).toContain(
      reply.json<{ error: { code: string } }>().error.code,
    );
  }
});
