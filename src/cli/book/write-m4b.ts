// One M4B of a book's chapters: raw samples into ffmpeg, which makes AAC of them and writes the marks.
import { spawn, spawnSync } from 'node:child_process';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TtsError } from '../../api/errors.ts';
import type { JobView } from '../../api/job.ts';
import type { Session } from '../session.ts';
import { describeUnwritable } from '../unwritable.ts';

/** What the daemon's raw samples are. */
const RATE_HZ = 24_000;
const BYTES_PER_SEC = RATE_HZ * 2;
const BIT_RATE = '64k';

export interface BookParts {
  title: string;
  author: string;
  /** In reading order; their jobs are completed and their format is pcm. */
  chapters: readonly { title: string; job: JobView }[];
}

/** Throws `format_unavailable` where there is no ffmpeg to make it. */
export function checkFfmpeg(): void {
  if (spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0) return;
  throw new TtsError(
    'format_unavailable',
    'An M4B needs ffmpeg, which is not installed. Install it, or write a folder of chapters: -o FOLDER',
  );
}

/** Whole under its name or not at all. */
export async function writeM4b(session: Session, parts: BookParts, path: string): Promise<void> {
  const part = join(dirname(path), `.tts-${process.pid}-${basename(path)}.part`);
  const input = ['-f', 's16le', '-ar', String(RATE_HZ), '-ac', '1', '-i', 'pipe:0'];
  const marks = [
    '-f',
    'ffmetadata',
    '-i',
    'pipe:3',
    '-map',
    '0:a',
    '-map_metadata',
    '1',
    '-map_chapters',
    '1',
  ];
  const output = ['-c:a', 'aac', '-b:a', BIT_RATE, '-movflags', '+faststart', '-f', 'ipod', '-y', part];
  const child = spawn('ffmpeg', ['-v', 'error', ...input, ...marks, ...output], {
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr!.on('data', (bytes) => {
    said += bytes;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  // Its end says more than the broken pipe that comes of it.
  const sent = Promise.all([
    pipeline(Readable.from([describeChapters(parts)]), child.stdio[3] as NodeJS.WritableStream),
    pipeline(readChapters(session, parts.chapters), child.stdin!),
  ]).catch((error: unknown) => {
    child.kill();
    return error;
  });
  try {
    const [failure, code] = await Promise.all([sent, ended]);
    if (failure instanceof TtsError) throw failure;
    if (code !== 0)
      throw new TtsError(
        'output_unwritable',
        `${path} could not be made: ffmpeg says: ${said.trim().split('\n').at(-1) || `code ${code}`}`,
      );
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error instanceof TtsError ? error : describeUnwritable(path, error);
  }
}

async function* readChapters(session: Session, chapters: BookParts['chapters']): AsyncGenerator<Uint8Array> {
  for (const { job } of chapters) {
    const { bytes } = await session.client.download(job.id, 0, job.result!.sha256);
    yield* bytes;
  }
}

/** https://ffmpeg.org/ffmpeg-formats.html#Metadata-2 */
export function describeChapters({ title, author, chapters }: BookParts): string {
  const lines = [
    ';FFMETADATA1',
    `title=${escapeValue(title)}`,
    `album=${escapeValue(title)}`,
    'genre=Audiobook',
  ];
  if (author !== '') lines.push(`artist=${escapeValue(author)}`);
  let startMs = 0;
  for (const chapter of chapters) {
    const endMs = startMs + (chapter.job.result!.bytes / BYTES_PER_SEC) * 1000;
    lines.push('[CHAPTER]', 'TIMEBASE=1/1000', `START=${Math.round(startMs)}`, `END=${Math.round(endMs)}`);
    lines.push(`title=${escapeValue(chapter.title)}`);
    startMs = endMs;
  }
  return `${lines.join('\n')}\n`;
}

function escapeValue(value: string): string {
  return value.replace(/\p{Cc}/gu, ' ').replace(/[=;#\\]/g, '\\$&');
}
