// The Python packages of Kokoro and Piper, each in an environment of its own.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_DIR } from '../cache-dir.ts';

const PACKAGES = { kokoro: 'kokoro-onnx', piper: 'piper-tts' } as const;

/** The environment's Python. Throws when there is no python3 or the package cannot be installed. */
export function bringPython(engine: keyof typeof PACKAGES): string {
  const venv = join(CACHE_DIR, PACKAGES[engine]);
  const python = join(venv, 'bin', 'python');
  if (existsSync(join(venv, 'ready'))) return python;
  mkdirSync(CACHE_DIR, { recursive: true });
  execFileSync('python3', ['-m', 'venv', '--clear', venv], { stdio: 'inherit' });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', PACKAGES[engine]], { stdio: 'inherit' });
  mkdirSync(join(venv, 'ready'));
  return python;
}

/** kokoro-onnx takes all voices in one file; answers its path. */
export function packVoices(python: string, modelDir: string): string {
  const dir = join(modelDir, 'voices');
  const path = join(CACHE_DIR, 'kokoro-voices.npz');
  const names = readdirSync(dir)
    .filter((name) => name.endsWith('.bin'))
    .map((name) => name.slice(0, -4));
  const script =
    'import sys, numpy as np; d, out, *names = sys.argv[1:]; np.savez(out, **{n: np.fromfile(f"{d}/{n}.bin", "<f4").reshape(510, 1, 256) for n in names})';
  if (!existsSync(path)) execFileSync(python, ['-c', script, dir, path, ...names], { stdio: 'inherit' });
  return path;
}
