// Runs the Python package hibari-tts, whose model the embedded voice is, in a virtual environment of its own.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CACHE_DIR } from '../cache-dir.ts';

const PACKAGE = 'hibari-tts[fast]==0.2.1';

export interface PythonPackage {
  loadMs: number;
  /** Text to samples, on one thread. */
  speak(text: string): Promise<{ ms: number; audioSec: number }>;
  close(): void;
}

/** Undefined when there is no python3, or when the package cannot be installed. */
export async function startPythonPackage(): Promise<PythonPackage | undefined> {
  if (spawnSync('python3', ['--version']).status !== 0) return undefined;
  const venv = join(CACHE_DIR, 'hibari-0.2.1');
  const python = join(venv, 'bin', 'python');
  try {
    if (!existsSync(join(venv, 'bin', 'hibari'))) {
      mkdirSync(CACHE_DIR, { recursive: true });
      execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
      execFileSync(python, ['-m', 'pip', 'install', '--quiet', PACKAGE], { stdio: 'inherit' });
    }
  } catch {
    return undefined;
  }
  const child = spawn(python, [join(import.meta.dirname, 'python-package.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const readAnswer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the Python package ended early');
    return JSON.parse(value);
  };
  const { loadMs } = await readAnswer();
  return {
    loadMs,
    speak(text) {
      child.stdin.write(`${JSON.stringify(text)}\n`);
      return readAnswer();
    },
    close: () => child.stdin.end(),
  };
}
