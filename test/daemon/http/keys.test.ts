// API keys: made, listed and revoked by the command line, asked for over TCP where others can reach it, never kept.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTts } from '../../helpers/cli.ts';
import { type Daemon, getBareEnv, makeDataDir, removeDataDirs, startDaemon } from '../../helpers/daemon.ts';

let daemon: Daemon;
let key: string;
let http: string;

beforeAll(async () => {
  const dataDir = await makeDataDir();
  const env = { ...getBareEnv(), TTSD_DATA_DIR: dataDir };
  // Before the daemon has ever run.
  const made = await runTts(['daemon', 'key', 'new', 'living room'], { env });
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('not shown again') });
  key = made.stdout.trim();
  // Every address of this machine, the loopback one among them.
  daemon = await startDaemon({ dataDir, env: { TTSD_HOST: '0.0.0.0' } });
  http = `http://127.0.0.1:${new URL(daemon.endpoint.http).port}`;
});

afterAll(async () => {
  await daemon.stop();
  await removeDataDirs();
});

async function call(path: string, headers: Record<string, string> = {}, body?: object) {
  const reply = await request(http + path, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
}

const bearer = (value: string) => ({ authorization: `Bearer ${value}` });

test('a key has 256 random bits, and only its hash is on disk, for its owner alone', async () => {
  expect(key).toMatch(/^tts_[A-Za-z0-9_-]{43}$/);
  const keys = join(daemon.dataDir, 'keys');
  const [file, ...others] = readdirSync(keys);
  expect(others).toEqual([]);
  expect(readFileSync(join(keys, file!), 'utf8')).not.toContain(key.slice(4));
  expect((statSync(join(keys, file!)).mode & 0o777).toString(8)).toBe('600');
  expect((statSync(keys).mode & 0o777).toString(8)).toBe('700');
});

describe('where other machines can reach it', () => {
  test('nothing is answered without a key but whether it is well', async () => {
    for (const path of ['/v1/jobs', '/tts/abc/status', '/v1/voices', '/v1/version', '/metrics', '/nothing']) {
      const reply = await call(path);
      expect([path, reply.status]).toEqual([path, 401]);
      expect(reply.headers['www-authenticate']).toMatch(/^Bearer/);
      expect(JSON.parse(reply.text).error.code).toBe('invalid_api_key');
    }
    for (const path of ['/livez', '/readyz']) expect((await call(path)).status).toBe(200);
  });

  test('a key opens it, under Authorization or X-API-Key', async () => {
    expect((await call('/v1/jobs', bearer(key))).status).toBe(200);
    expect((await call('/v1/jobs', { authorization: `bearer ${key}` })).status).toBe(200);
    expect((await call('/v1/jobs', { 'x-api-key': key })).status).toBe(200);
    expect((await call('/v1/audio/voices', bearer(key))).status).toBe(200);
  });

  test.each([
    ['another key', bearer(`tts_${'A'.repeat(43)}`)],
    ["somebody else's", bearer('sk-proj-1234567890')],
    ['all but its end', { authorization: 'Bearer tts_' }],
    ['another scheme', { authorization: `Basic ${Buffer.from(`user:tts_`).toString('base64')}` }],
    ['nothing', { authorization: 'Bearer ', 'x-api-key': '' }],
  ])('%s does not', async (_what, headers) => {
    expect((await call('/v1/jobs', headers)).status).toBe(401);
    expect((await call('/v1/jobs', {}, { text: 'a' })).status).toBe(401);
  });

  test("OpenAI's clients are told in OpenAI's words", async () => {
    const reply = await call('/v1/audio/speech', bearer('sk-none'), { input: 'a' });
    expect(reply.status).toBe(401);
    expect(JSON.parse(reply.text)).toEqual({
      error: {
        message: expect.stringContaining('tts daemon key new'),
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_api_key',
      },
    });
  });

  test('the socket asks for none', async () => {
    expect((await daemon.call('GET', '/v1/jobs')).status).toBe(200);
  });

  test('tts sends TTS_KEY or --api-key to an http:// address', async () => {
    const env = { ...getBareEnv(), TTS_HOST: http };
    expect(await runTts(['list'], { env })).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('API key'),
    });
    expect(await runTts(['list'], { env: { ...env, TTS_KEY: key } })).toMatchObject({ code: 0 });
    expect(await runTts(['status', '--api-key', key], { env })).toMatchObject({ code: 0 });
    const broken = await runTts(['list', '--api-key', 'a b'], { env });
    expect(broken).toMatchObject({ code: 2, stderr: expect.stringContaining('API key') });
  });

  test('the log has no key in it', () => {
    const log = readFileSync(join(daemon.dataDir, 'logs', 'ttsd.log'), 'utf8');
    expect(log).not.toContain(key.slice(4, 20));
  });
});

test('keys are listed with their use, and one that is revoked opens nothing from then on', async () => {
  const env = daemon.env;
  const second = (await runTts(['daemon', 'key', 'new', 'backup', '-q'], { env })).stdout.trim();
  const list = async () =>
    (await runTts(['daemon', 'key', 'list', '--json'], { env })).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  expect(await list()).toEqual([
    {
      id: expect.any(String),
      name: 'living room',
      created_at: expect.any(String),
      used_at: expect.any(String),
    },
    { id: expect.any(String), name: 'backup', created_at: expect.any(String), used_at: null },
  ]);
  expect((await call('/v1/jobs', bearer(second))).status).toBe(200);
  expect((await list())[1].used_at).not.toBeNull();

  const revoked = await runTts(['daemon', 'key', 'revoke', 'backup'], { env });
  expect(revoked).toMatchObject({ code: 0, stdout: expect.stringContaining('backup') });
  expect((await call('/v1/jobs', bearer(second))).status).toBe(401);
  expect((await call('/v1/jobs', bearer(key))).status).toBe(200);
  expect(await runTts(['daemon', 'key', 'revoke', 'backup'], { env })).toMatchObject({ code: 3 });
});

test.each([
  [['new', 'living room'], /already/],
  [['new', ' '], /1 to 100/],
  [['new'], /missing/],
  [['new', 'a', 'b'], /too many/],
])('tts daemon key %j is refused', async (words, message) => {
  const { code, stderr } = await runTts(['daemon', 'key', ...words], { env: daemon.env });
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

test('keys are not made over the network', async () => {
  const made = await runTts(['daemon', 'key', 'new', 'x'], { env: { ...daemon.env, TTS_HOST: http } });
  expect(made).toMatchObject({ code: 2, stderr: expect.stringContaining('TTSD_DATA_DIR') });
});

describe('on the loopback address', () => {
  test('any key or none is as good, as OpenAI clients must send one', async () => {
    const local = await startDaemon();
    const send = (headers: Record<string, string>) =>
      request(`${local.endpoint.http}/v1/models`, { headers });
    expect((await send(bearer('sk-dummy'))).statusCode).toBe(200);
    expect((await send({ authorization: 'Basic abc', 'x-api-key': 'x' })).statusCode).toBe(200);
    expect((await send({})).statusCode).toBe(200);
    await local.stop();
  });

  test('server.require_api_key asks for one there too', async () => {
    const dataDir = await makeDataDir();
    const config = join(dataDir, 'config.yaml');
    writeFileSync(config, 'server:\n  require_api_key: true\n');
    const local = await startDaemon({ dataDir, config });
    expect((await request(`${local.endpoint.http}/v1/models`)).statusCode).toBe(401);
    const made = (await runTts(['daemon', 'key', 'new', 'mine', '-q'], { env: local.env })).stdout.trim();
    const opened = await request(`${local.endpoint.http}/v1/models`, { headers: bearer(made) });
    expect(opened.statusCode).toBe(200);
    expect((await local.call('GET', '/v1/models')).status).toBe(200);
    await local.stop();
  });
});
