// tts doctor --fix cuda, on a machine that need have no card: the driver is pretended, onnxruntime's installer is the real one, and
// the place it loads from is a server here that a proxy leads to.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasOpenssl, makeCertificate } from '../../helpers/certificate.ts';
import { runTts } from '../../helpers/cli.ts';
import { getBareEnv, makeDataDir, removeDataDirs } from '../../helpers/daemon.ts';
import { type ForwardProxy, startForwardProxy } from '../../helpers/forward-proxy.ts';
import { copyInstallation } from '../../helpers/installation.ts';

const MODULES = join(import.meta.dirname, '..', '..', '..', 'node_modules');
const BINARIES = join('onnxruntime-node', 'bin', 'napi-v6', 'linux', 'x64');
const CUDA = 'libonnxruntime_providers_cuda.so';
const HOST = 'api.nuget.org';
const canTry = hasOpenssl && process.platform === 'linux' && process.arch === 'x64';

let copy: string;
let proxy: ForwardProxy;
let feed: Server;
let env: Record<string, string>;
/** Its package.json. */
let runtimePackage: string;

beforeAll(async () => {
  if (!canTry) return;
  copy = await copyInstallation(['node_modules']);
  const modules = join(copy, 'node_modules');
  await mkdir(join(modules, BINARIES), { recursive: true });
  for (const name of await readdir(MODULES))
    if (name !== 'onnxruntime-node' && name !== '.bin')
      await symlink(join(MODULES, name), join(modules, name));
  for (const part of ['package.json', 'dist', 'lib', 'script'])
    await cp(join(MODULES, 'onnxruntime-node', part), join(modules, 'onnxruntime-node', part), {
      recursive: true,
    });
  for (const name of ['libonnxruntime.so.1', 'onnxruntime_binding.node'])
    await copyFile(join(MODULES, BINARIES, name), join(modules, BINARIES, name));

  runtimePackage = await readFile(join(MODULES, 'onnxruntime-node', 'package.json'), 'utf8');

  const dir = await makeDataDir();
  const { key, cert } = makeCertificate(dir, HOST);
  proxy = await startForwardProxy();
  feed = createServer({ key: await readFile(key), cert: await readFile(cert) });
  await new Promise<void>((resolve) => feed.listen(0, '127.0.0.1', resolve));
  proxy.hosts.set(`${HOST}:443`, `127.0.0.1:${(feed.address() as AddressInfo).port}`);
  const driver = join(dir, 'nvidia-smi');
  await writeFile(driver, '#!/bin/sh\necho "GPU 0: NVIDIA Test Card (UUID: GPU-1)"\n', { mode: 0o755 });
  const { PATH, ...bare } = getBareEnv();
  env = {
    ...bare,
    PATH: `${dir}:${PATH}`,
    TTSD_DATA_DIR: await makeDataDir(),
    HTTPS_PROXY: `http://${proxy.host}`,
    NODE_EXTRA_CA_CERTS: cert,
  };
});
afterAll(async () => {
  feed?.close();
  await proxy?.close();
  await removeDataDirs();
});

/** With `tts` of the copy. */
function fix(): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const args = [join(copy, 'bin', 'tts.js'), 'doctor', '--fix', 'cuda'];
    execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

/** As that place answers, with a package in which everything is named rightly and nothing is a library. */
function serveFeed(): void {
  const name = 'microsoft.ml.onnxruntime.gpu.linux';
  const native = (file: string) => `runtimes/linux-x64/native/libonnxruntime_providers_${file}.so`;
  const content = Buffer.from('no library');
  const files = Object.fromEntries(['cuda', 'shared', 'tensorrt'].map((file) => [native(file), content]));
  feed.on('request', ({ url }, reply) => {
    const version = /\/([^/]+)\.nupkg$/.exec(url!);
    if (version !== null) return void reply.end(zipSync(files));
    const base = `https://${HOST}/flat/`;
    const index = { resources: [{ '@type': 'PackageBaseAddress/3.0.0', '@id': base }] };
    const runtime = JSON.parse(runtimePackage).version;
    reply.setHeader('content-type', 'application/json');
    reply.end(JSON.stringify(url === `/flat/${name}/index.json` ? { versions: [runtime] } : index));
  });
}

test('without a driver nothing is brought, and what is missing is said', async () => {
  const { code, stdout } = await runTts(['doctor', '--fix', 'cuda'], {
    env: { PATH: '/nowhere', HOME: '/' },
  });
  expect(code).toBe(1);
  expect(stdout).toMatch(
    canTry ? /no NVIDIA driver answers/ : /onnxruntime has CUDA for Linux on x64|no NVIDIA/,
  );
});

test.skipIf(!canTry)('a place that does not answer is named, and nothing is left half done', async () => {
  feed.once('request', (_, reply) => reply.writeHead(503).end());
  const { code, stdout } = await fix();
  expect(code).toBe(1);
  expect(stdout).toMatch(/could not be brought: .*503.*nuget\.org; behind a proxy set HTTPS_PROXY/);
  expect(existsSync(join(copy, 'node_modules', BINARIES, CUDA))).toBe(false);
});

test.skipIf(!canTry)('the libraries come through the proxy into their place, and are tried', async () => {
  serveFeed();
  const { code, stdout, stderr } = await fix();
  expect(stderr).toMatch(/libraries for GPU 0: NVIDIA Test Card/);
  expect(await readFile(join(copy, 'node_modules', BINARIES, CUDA), 'utf8')).toBe('no library');
  expect(proxy.seen).toContain(`CONNECT ${HOST}:443`);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /the libraries are here, and yet: .*(Failed to load|libonnxruntime_providers).*CUDA 12 and cuDNN 9/,
  );
});
