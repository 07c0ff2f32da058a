// The libraries by which onnxruntime computes on NVIDIA's cards. npm does not bring them, being hundreds of megabytes that most
// machines have no use for: onnxruntime-node's own installer does, when it is asked to.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { note } from '../output.ts';
import type { Finding } from './checks.ts';

/** Of all it would bring, what is needed. */
const LIBRARY = 'libonnxruntime_providers_cuda.so';
const CUDA_MEND = 'tts doctor --fix cuda';

/** Those that onnxruntime has CUDA libraries for. */
export function isForCuda(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** `root`: the folder of this program. */
export function hasCudaLibraries(root: string): boolean {
  return globSync(join(findRuntime(root), 'bin', '*', 'linux', 'x64', LIBRARY)).length > 0;
}

/** What `nvidia-smi` says of the first card; undefined where there is none, or no driver for it. */
export function findCard(): string | undefined {
  const { status, stdout } = spawnSync('nvidia-smi', ['-L'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().split('\n')[0] : undefined;
}

export function fixCuda(root: string): Finding {
  if (!isForCuda())
    return refuse(
      `onnxruntime has CUDA for Linux on x64, and this is ${process.platform} on ${process.arch}`,
    );
  const card = findCard();
  if (card === undefined)
    return refuse(
      'no NVIDIA driver answers here (nvidia-smi), and without one the libraries are of no use: install that first. Nothing was changed',
    );
  if (!hasCudaLibraries(root)) {
    note(`Downloading onnxruntime's libraries for ${card}: some hundred megabytes, once …`);
    const trouble = download(root);
    if (trouble !== undefined) return refuse(`they could not be brought: ${trouble}`);
  }
  const trouble = tryCuda(root);
  if (trouble === undefined)
    return { state: 'ok', says: `onnxruntime runs on ${card}. Now: tts daemon restart` };
  return {
    state: 'bad',
    says: `the libraries are here, and yet: ${trouble}. They need CUDA 12 and cuDNN 9, which come from NVIDIA (packages cuda-runtime-12-9 and libcudnn9-cuda-12)`,
    mend: CUDA_MEND,
  };
}

/** What went wrong. */
function download(root: string): string | undefined {
  const runtime = findRuntime(root);
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(runtime, 'script', 'install.js'), '--onnxruntime-node-install=cuda12'],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        // What would tell it otherwise.
        ONNXRUNTIME_NODE_INSTALL: 'cuda12',
        // It goes through no proxy otherwise; its own way to one takes every host for localhost.
        NODE_USE_ENV_PROXY: '1',
      },
    },
  );
  if (status === 0) return undefined;
  const said = /^\w*Error(?: \[\w+\])?: (.*)$/m.exec(stderr)?.[1] ?? `its installer ended with ${status}`;
  if (/EACCES|EPERM|EROFS/.test(said))
    return `${said}. Run it as whoever installed ttsd, or make ${runtime} writable`;
  return `${said}. It comes from nuget.org; behind a proxy set HTTPS_PROXY`;
}

/** Why a small graph does not run on the card. */
function tryCuda(root: string): string | undefined {
  const graph = join(root, 'models', 'hibari', 'oov.onnx');
  const open = `require('onnxruntime-node').InferenceSession.create(${JSON.stringify(graph)}, { executionProviders: ['cuda'], logSeverityLevel: 3 })`;
  const script = `${open}.catch((error) => { console.error(error.message); process.exitCode = 1; })`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' });
  if (status === 0) return undefined;
  const said = /with error: (.*)/.exec(stderr)?.[1] ?? stderr.trim().split('\n').at(-1);
  return said?.slice(0, 300) || `onnxruntime ended with ${status}`;
}

function findRuntime(root: string): string {
  return dirname(createRequire(join(root, 'package.json')).resolve('onnxruntime-node/package.json'));
}

function refuse(why: string): Finding {
  return { state: 'bad', says: why };
}

/** For a card whose libraries are not here. */
export function adviseCuda(card: string): Finding {
  return { state: 'warn', says: `${card}, not used: onnxruntime has no CUDA yet`, mend: CUDA_MEND };
}
