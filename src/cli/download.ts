// Brings a result to its place: temporary file beside it, hash, fsync, rename. A file under its final name is whole.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { TtsError } from '../api/errors.ts';
import type { JobView } from '../api/job.ts';
import type { Destination } from './destination.ts';
import { claimPart } from './part-file.ts';
import type { Session } from './session.ts';
import { describeUnwritable } from './unwritable.ts';

/** Connections in a row that bring not one byte before it is given up. */
const MAX_FRUITLESS = 3;

/** Writes the result of a completed job. A broken connection goes on where it broke, now or at the next call. */
export async function downloadResult(
  session: Session,
  job: JobView,
  destination: Destination,
): Promise<void> {
  try {
    if (destination.kind === 'file') await replaceFile(session, job, destination.path);
    else if (destination.kind === 'stdout') await copyResult(session, job, process.stdout);
    else await copyResult(session, job, createWriteStream(destination.path));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw describeUnwritable(destination.kind === 'stdout' ? 'stdout' : destination.path, error);
  }
}

async function replaceFile(session: Session, job: JobView, path: string): Promise<void> {
  const part = await claimPart(path, job.id);
  const file = await open(part, 'a+');
  try {
    await fill(session, job, file);
    await file.sync();
  } catch (error) {
    // On a full disk the part would only be in the way; otherwise the next call goes on from it.
    if (isSystemError(error) || (error as TtsError).code === 'internal') await rm(part, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(part, path);
  await syncFolder(dirname(path));
}

/** Appends what is missing until the file is whole and its hash right. */
async function fill(session: Session, job: JobView, file: FileHandle): Promise<void> {
  const result = job.result!;
  let fruitless = 0;
  for (;;) {
    const { size } = await file.stat();
    if (size < result.bytes || result.bytes === 0) {
      const grown = await append(session, job, file, size);
      fruitless = grown ? 0 : fruitless + 1;
      if (fruitless >= MAX_FRUITLESS) {
        throw new TtsError(
          'daemon_unreachable',
          `The download of ${job.id} breaks off again and again. Try later: tts fetch ${job.id}`,
        );
      }
    }
    const { size: now } = await file.stat();
    if (now < result.bytes) continue;
    if ((await hashFile(file)) === result.sha256) return;
    await file.truncate(0);
    // A part left over from before may have been damaged; one that was whole from the start may not.
    if (size === 0) throw badHash(job);
  }
}

/** True when at least one byte came. */
async function append(session: Session, job: JobView, file: FileHandle, offset: number): Promise<boolean> {
  const { client } = session;
  let grown = false;
  try {
    const { status, bytes } = await client.download(job.id, offset, job.result!.sha256);
    if (status === 200) await file.truncate(0);
    for await (const piece of bytes) {
      await file.appendFile(piece);
      grown = true;
    }
  } catch (error) {
    if (!(error instanceof TtsError && error.code === 'daemon_unreachable')) throw error;
    await session.reopen(client);
  }
  return grown;
}

async function copyResult(session: Session, job: JobView, output: Writable): Promise<void> {
  const { pipeline } = await import('node:stream/promises');
  const hash = createHash('sha256');
  const { bytes } = await session.client.download(job.id, 0, job.result!.sha256);
  const hashed = async function* () {
    for await (const piece of bytes) {
      hash.update(piece);
      yield piece;
    }
  };
  await pipeline(hashed, output, { end: output !== process.stdout });
  if (hash.digest('hex') !== job.result!.sha256) throw badHash(job);
}

async function hashFile(file: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream('', { fd: file, start: 0, autoClose: false }))
    hash.update(piece);
  return hash.digest('hex');
}

/** The new name itself must survive a power cut; not every system lets a folder be opened for that. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function badHash(job: JobView): TtsError {
  return new TtsError(
    'internal',
    `The audio of ${job.id} arrived damaged: its SHA-256 is not the one announced. Try again.`,
  );
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
