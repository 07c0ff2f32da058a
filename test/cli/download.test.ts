// Downloads over a line that breaks. The server here does what a real one never does on purpose.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runTts, startTts } from '../helpers/cli.ts';
import { makeDataDir, removeDataDirs } from '../helpers/daemon.ts';
import { waitFor } from '../helpers/wait-for.ts';

const ID = '0198c2f1-0000-4000-8000-000000000001';
const SOUND = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 31) % 251));
const SHA256 = createHash('sha256').update(SOUND).digest('hex');

let server: Server;

afterEach(async () => {
  server.close();
  await removeDataDirs();
});

/** Answers with a completed job; `sendResult` is asked for its sound, with the number of the request. */
async function serve(sendResult: (request: IncomingMessage, reply: ServerResponse, count: number) => void) {
  let count = 0;
  server = createServer((request, reply) => {
    if (request.url?.startsWith('/tts/')) return sendResult(request, reply, ++count);
    const result = { format: 'wav', bytes: SOUND.length, sha256: SHA256, audio_sec: 1, url: '' };
    const job = {
      id: ID,
      state: 'completed',
      finished_at: '2027-01-01T00:00:00Z',
      label: null,
      format: 'wav',
      result,
    };
    return reply.end(JSON.stringify(request.url === '/readyz' ? {} : job));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a download that breaks off goes on where it broke', async () => {
  const folder = await makeDataDir();
  const requests: { range: string | undefined; ifRange: unknown }[] = [];
  const host = await serve(async (request, reply, count) => {
    const { range } = request.headers;
    requests.push({ range, ifRange: request.headers['if-range'] });
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const end = count < 3 ? from + 60_000 : SOUND.length;
    reply.writeHead(range ? 206 : 200, { etag: `"${SHA256}"`, 'content-length': SOUND.length - from });
    reply.write(SOUND.subarray(from, end));
    if (end === SOUND.length) return void reply.end();
    // Only what the reader has taken in is safe when the line breaks.
    await waitFor('the part to be on disk', async () => (await findPartSize(folder)) === end);
    return void reply.destroy();
  });
  const { code, stdout } = await runTts(['fetch', ID, '-o', 'x.wav', '--host', host], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'x.wav\n' });
  expect((await readFile(join(folder, 'x.wav'))).equals(SOUND)).toBe(true);
  expect(requests).toEqual([
    { range: undefined, ifRange: undefined },
    { range: 'bytes=60000-', ifRange: `"${SHA256}"` },
    { range: 'bytes=120000-', ifRange: `"${SHA256}"` },
  ]);
});

test('Ctrl-C in the middle leaves no file under the final name, and the next fetch goes on from there', async () => {
  const folder = await makeDataDir();
  const host = await serve((request, reply, count) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    reply.writeHead(from > 0 ? 206 : 200, { etag: `"${SHA256}"`, 'content-length': SOUND.length - from });
    reply.write(SOUND.subarray(from, count === 1 ? 60_000 : SOUND.length));
    expect(from).toBe(count === 1 ? 0 : 60_000);
    if (count > 1) reply.end();
  });
  const args = ['fetch', ID, '-o', 'x.wav', '--host', host];
  const first = startTts(args, { cwd: folder });
  await waitFor('the part to be on disk', async () => (await findPartSize(folder)) === 60_000);
  first.child.kill('SIGINT');
  expect(await first.ended).toMatchObject({ signal: 'SIGINT', stdout: '', stderr: '' });
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^\.tts-.*\.part$/)]);
  expect(await runTts(args, { cwd: folder })).toMatchObject({ code: 0, stderr: '' });
  expect(await readdir(folder)).toEqual(['x.wav']);
  expect((await readFile(join(folder, 'x.wav'))).equals(SOUND)).toBe(true);
});

async function findPartSize(folder: string): Promise<number> {
  const name = (await readdir(folder)).find((found) => found.endsWith('.part'));
  return name === undefined ? 0 : (await stat(join(folder, name))).size;
}

test('a line that never brings a byte is given up, and no half file has the final name', async () => {
  const host = await serve((_, reply) => void reply.destroy());
  const folder = await makeDataDir();
  const { code, stderr } = await runTts(['fetch', ID, '-o', 'x.wav', '--host', host], { cwd: folder });
  expect(code).toBe(69);
  expect(stderr).toContain(`Try later: tts fetch ${ID}`);
  expect(await readdir(folder)).not.toContain('x.wav');
});

test('a sound whose hash is wrong is not given the final name', async () => {
  const wrong = Buffer.from(SOUND);
  wrong[1000] = 255;
  const host = await serve((_, reply) => {
    reply.writeHead(200, { etag: `"${SHA256}"`, 'content-length': wrong.length });
    reply.end(wrong);
  });
  const folder = await makeDataDir();
  const { code, stderr } = await runTts(['fetch', ID, '-o', 'x.wav', '--host', host], { cwd: folder });
  expect(code).toBe(1);
  expect(stderr).toContain('arrived damaged');
  expect(await readdir(folder)).toEqual([]);
});

test('a daemon of another age: it says which side to upgrade', async () => {
  await serve(() => {});
  server.removeAllListeners('request');
  server.on('request', (request, reply) => {
    if (request.url === '/v1/version')
      return reply.end('{"version":"9.0.0","api":{"min":7,"max":8},"boot_id":"","pid":1}');
    reply.writeHead(404);
    return reply.end(
      '{"detail":"","error":{"code":"route_not_found","message":"There is no such route","retryable":false}}',
    );
  });
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { code, stderr } = await runTts(['voices', '--host', host]);
  expect({ code, stderr }).toEqual({
    code: 69,
    stderr: 'tts: This tts speaks version 1 of the interface, the daemon (ttsd 9.0.0) 7 to 8. Upgrade tts.\n',
  });
});
