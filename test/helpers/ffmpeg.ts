// ffmpeg and SoX as judges of what the encoders make; tests that need them are skipped by name where they are missing.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
export const hasSox = spawnSync('sox', ['--version']).status === 0;

/** Decodes a whole file to s16le mono; throws on any error or complaint about the data. */
export function decodeFile(file: string, rateHz: number): Buffer {
  const input = ['-err_detect', 'explode', '-i', file];
  const decoded = spawnSync(
    'ffmpeg',
    ['-v', 'error', ...input, '-ar', `${rateHz}`, '-ac', '1', '-f', 's16le', 'pipe:1'],
    { maxBuffer: 2 ** 30 },
  );
  const complaint = decoded.stderr.toString();
  if (decoded.status !== 0 || complaint !== '') throw new Error(`ffmpeg: ${decoded.status} ${complaint}`);
  return decoded.stdout;
}

/** The file in another form, as it comes down a pipe. */
export function convert(file: Buffer, args: readonly string[]): Buffer {
  const made = spawnSync('ffmpeg', ['-v', 'error', '-i', 'pipe:0', ...args, 'pipe:1'], {
    input: file,
    maxBuffer: 2 ** 30,
  });
  if (made.status !== 0) throw new Error(`ffmpeg: ${made.stderr}`);
  return made.stdout;
}

/** The same of bytes. */
export async function decodeAudio(
  audio: Buffer,
  { format, rateHz }: { format: string; rateHz: number },
): Promise<Buffer> {
  const dir = await mkdtemp(join(tmpdir(), 'ttsd-audio-'));
  try {
    const file = join(dir, `audio.${format}`);
    await writeFile(file, audio);
    return decodeFile(file, rateHz);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** What ffprobe knows of a file without decoding it. */
export function probe(file: string): { durationSec: number } {
  const probed = spawnSync('ffprobe', [
    '-v',
    'error',
    '-show_entries',
    'format=duration',
    '-of',
    'json',
    file,
  ]);
  if (probed.stderr.length > 0) throw new Error(`ffprobe: ${probed.stderr}`);
  const { format } = JSON.parse(probed.stdout.toString()) as {
    format: { duration?: string };
  };
  return { durationSec: Number(format.duration) };
}

/** s16le of a stream as it comes down a pipe. */
export function readWithSox(audio: Buffer, format: string): Buffer {
  const read = spawnSync('sox', ['-V1', '-t', format, '-', '-t', 's16', '-'], {
    input: audio,
    maxBuffer: 2 ** 30,
  });
  if (read.status !== 0) throw new Error(`sox: ${read.stderr}`);
  return read.stdout;
}
