// Pulling through a proxy that is really there.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { pullModel } from '../../../../src/engine/model/download/pull-model.ts';
import { readSources } from '../../../../src/engine/model/download/sources.ts';
import type { ModelManifest } from '../../../../src/engine/model/manifest.ts';
import type { FromShelfWorker } from '../../../../src/engine/model/shelf-worker/protocol.ts';
import { hasOpenssl, makeCertificate } from '../../../helpers/certificate.ts';
import { type FileServer, startFileServer } from '../../../helpers/file-server.ts';
import { type ForwardProxy, startForwardProxy } from '../../../helpers/forward-proxy.ts';
import { describeBird } from './bird.ts';

const GRAPH = randomBytes(50_000);
const WORKER = new URL('../../../../src/engine/model/shelf-worker/main.ts', import.meta.url);

let server: FileServer;
let proxy: ForwardProxy;
let dir: string;

beforeAll(async () => {
  [server, proxy] = await Promise.all([startFileServer(), startForwardProxy()]);
  server.files.set('/graph.onnx', GRAPH);
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ttsd-proxy-'));
  proxy.seen.length = 0;
  proxy.login = undefined;
  return () => rm(dir, { recursive: true });
});
afterAll(() => Promise.all([server.close(), proxy.close()]));

function describeModel(url: string): ModelManifest {
  return describeBird({ 'graph.onnx': { content: GRAPH, urls: [url] } });
}

async function pull(env: Record<string, string>, url = `${server.origin}/graph.onnx`): Promise<string> {
  return pullModel(describeModel(url), {
    modelsDir: dir,
    sources: readSources(env, undefined),
    stallMs: 5000,
    patience: { tries: 2, pauseMs: 20 },
    signal: new AbortController().signal,
    onProgress: () => {},
  });
}

const readGraph = async (model: string) => readFile(join(model, 'graph.onnx'));

test('a plain address goes through HTTP_PROXY, with its login', async () => {
  proxy.login = 'anna:geheim';
  expect(await readGraph(await pull({ HTTP_PROXY: `http://anna:geheim@${proxy.host}` }))).toEqual(GRAPH);
  expect(proxy.seen).toEqual([`GET ${server.origin}/graph.onnx`]);
});

test('NO_PROXY leaves a host out', async () => {
  const env = { HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: 'example.org,127.0.0.1' };
  expect(await readGraph(await pull(env))).toEqual(GRAPH);
  expect(proxy.seen).toEqual([]);
});

test.skipIf(!hasOpenssl)('an encrypted address goes through a tunnel of HTTPS_PROXY', async () => {
  const { key, cert } = makeCertificate(dir, 'localhost');
  const tls = createServer({ key: await readFile(key), cert: await readFile(cert) }, (_, reply) => {
    reply.end(GRAPH);
  });
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
  const { port } = tls.address() as AddressInfo;
  // Whom it trusts is read when a process starts.
  const worker = fork(WORKER, {
    env: { ...process.env, NO_PROXY: '', HTTPS_PROXY: `http://${proxy.host}`, NODE_EXTRA_CA_CERTS: cert },
    execArgv: [],
  });
  const manifest = describeModel(`https://localhost:${port}/graph.onnx`);
  worker.send({ kind: 'pull', modelsDir: join(dir, 'models'), manifest, stallMs: 5000 });
  const outcome = await new Promise<FromShelfWorker>((resolve) => {
    worker.on('message', (message: FromShelfWorker) => {
      if (message.type !== 'progress') resolve(message);
    });
  });
  tls.close();
  expect(outcome).toEqual({ type: 'done', dir: join(dir, 'models', 'bird') });
  expect(await readGraph(join(dir, 'models', 'bird'))).toEqual(GRAPH);
  expect(proxy.seen).toEqual([`CONNECT localhost:${port}`]);
});

test.each([
  [{ HTTPS_PROXY: 'http://127.0.0.1:9' }, /The proxy 127\.0\.0\.1:9, from HTTPS_PROXY, cannot be reached/],
  [
    { https_proxy: 'http://nowhere.invalid' },
    /The proxy nowhere\.invalid, from https_proxy, cannot be reached/,
  ],
  [{ HTTP_PROXY: 'http://127.0.0.1:9' }, /The proxy 127\.0\.0\.1:9, from HTTP_PROXY, cannot be reached/],
  [{ HTTPS_PROXY: 'me:secret@proxy:3128' }, /HTTPS_PROXY is "…@proxy:3128", which is no address of a proxy/],
])('a wrong proxy is named, with its variable: %o', async (env, message) => {
  const refused = pull(env as Record<string, string>, 'https://huggingface.invalid/graph.onnx');
  await expect(refused).rejects.toMatchObject({ code: 'model_unreachable', message });
});

test.each(['http', 'https'])('a proxy that wants a login says so (%s)', async (scheme) => {
  proxy.login = 'anna:geheim';
  const env = { HTTP_PROXY: `http://${proxy.host}` };
  await expect(pull(env, `${scheme}://files.example/graph.onnx`)).rejects.toMatchObject({
    code: 'model_unreachable',
    message: expect.stringMatching(/from HTTP_PROXY.* asks for a login/),
  });
});
