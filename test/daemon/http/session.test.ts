// A browser signs in with an API key and goes on with a cookie.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTts } from '../../helpers/cli.ts';
import { type Daemon, getBareEnv, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';

let daemon: Daemon;
let http: string;
let key: string;

beforeAll(async () => {
  const dataDir = await makeDataDir();
  const env = { ...getBareEnv(), TTSD_DATA_DIR: dataDir };
  key = (await runTts(['daemon', 'key', 'new', 'browser', '-q'], { env })).stdout.trim();
  daemon = await startDaemon({ dataDir, env: { TTSD_HOST: '0.0.0.0' } });
  http = `http://127.0.0.1:${new URL(daemon.endpoint.http).port}`;
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

async function call(method: string, path: string, headers: Record<string, string>, body?: object) {
  const reply = await request(http + path, {
    method: method as 'GET',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
}

async function signIn(headers: Record<string, string> = {}): Promise<string> {
  const reply = await call('POST', '/v1/session', headers, { key });
  expect(reply.status).toBe(200);
  return String(reply.headers['set-cookie']);
}

const toCookie = (header: string) => header.split(';')[0]!;

test('the cookie opens what the key opens, and holds nothing of the key', async () => {
  const header = await signIn();
  expect(header).toMatch(/; HttpOnly; SameSite=Strict; Path=\/; Max-Age=\d+$/);
  expect(header).not.toContain(key.slice(4));
  const cookie = `other=1; ${toCookie(header)}`;
  for (const path of ['/v1/jobs', '/v1/voices', '/metrics'])
    expect([path, (await call('GET', path, { cookie })).status]).toEqual([path, 200]);
  const own = { cookie, origin: http, 'sec-fetch-site': 'same-origin' };
  expect((await call('POST', '/v1/jobs', own, { text: 'Said by the page.' })).status).toBe(201);
});

test('it is kept to a path, and to TLS behind a proxy that has it', async () => {
  const { headers } = await call('POST', '/v1/session', {}, { key, path: '/speech/' });
  expect(headers['set-cookie']).toContain('; Path=/speech/;');
  const origin = `https://${new URL(http).host}`;
  expect(await signIn({ origin })).toMatch(/; Secure$/);
  for (const path of ['/a; Domain=example.org', 'a', '/\r\nx: y'])
    expect((await call('POST', '/v1/session', {}, { key, path })).status).toBe(422);
});

test('another key opens no session, and a page of another site none at all', async () => {
  const wrong = await call('POST', '/v1/session', {}, { key: `tts_${'A'.repeat(43)}` });
  expect(wrong.status).toBe(401);
  expect(wrong.headers['set-cookie']).toBeUndefined();
  const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  expect((await call('POST', '/v1/session', foreign, { key })).status).toBe(403);
});

test('a cookie that another page makes the browser send does not count, for reading neither', async () => {
  const cookie = toCookie(await signIn());
  const paths = ['/v1/jobs', '/tts-stream?text=Nobody.', '/v1/voices/heart/preview'];
  for (const path of paths) {
    for (const site of ['same-site', 'cross-site']) {
      const { status } = await call('GET', path, { cookie, 'sec-fetch-site': site });
      expect([path, site, status === 401 || status === 403]).toEqual([path, site, true]);
    }
    const { status } = await call('GET', path, { cookie, origin: 'http://127.0.0.1:1' });
    expect([path, status === 401 || status === 403]).toEqual([path, true]);
  }
});

test.each([
  ['another end', (value: string) => value.replace(/\.\d+\./, '.99999999999.')],
  ['another key', (value: string) => value.replace(/=[0-9a-f]{8}/, '=00000000')],
  ['no signature', (value: string) => value.replace(/\.[^.]*$/, '.')],
  ['nothing in it', (value: string) => value.replace(/=.*/, '=')],
])('a cookie with %s is none', async (_what, change) => {
  const cookie = change(toCookie(await signIn()));
  expect((await call('GET', '/v1/jobs', { cookie })).status).toBe(401);
});

test('its secret is for its owner alone, and signing out takes the cookie away', async () => {
  const secret = join(daemon.dataDir, 'keys', 'session.secret');
  expect(readFileSync(secret)).toHaveLength(32);
  expect((statSync(secret).mode & 0o777).toString(8)).toBe('600');
  const reply = await call('DELETE', '/v1/session', {});
  expect(reply.status).toBe(204);
  expect(reply.headers['set-cookie']).toMatch(/=; .*Max-Age=0$/);
});

test('without a key the page is served, and asks; what is no file of it is refused', async () => {
  const page = await call('GET', '/', {});
  expect(page.status).toBe(200);
  const [, script] = /src="\.(\/assets\/[^"]+)"/.exec(page.text)!;
  expect((await call('GET', script!, {})).status).toBe(200);
  expect((await call('GET', '/assets/none.js', {})).status).toBe(401);
});

test('it ends with its key', async () => {
  const cookie = toCookie(await signIn());
  expect((await call('GET', '/v1/jobs', { cookie })).status).toBe(200);
  await runTts(['daemon', 'key', 'revoke', 'browser'], { env: daemon.env });
  expect((await call('GET', '/v1/jobs', { cookie })).status).toBe(401);
});
