// Long reads of the database beside the store, on a connection and in a thread of their own: a copy of everything, or a
// check of every page. Writers go on meanwhile; only the log grows until the read is over.
import { rmSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { TtsError } from '../../api/errors.ts';
import { packClips } from './backup-clips.ts';
import { saveCopy } from './database.ts';
import { toStoreError } from './sqlite-errors.ts';
import { type PackedError, packError, unpackError } from './thread-protocol.ts';

type Task = { kind: 'copy'; file: string; copy: string; clipsDir: string } | { kind: 'check'; file: string };
/** So much, with its log, is read through sooner than a thread is started. */
const SMALL_BYTES = 512 * 1024;

type Answer = { value: string | null } | { error: PackedError };

/**
 * Saves all that is committed as a database of its own, with the recordings that its jobs speak with. Throws `disk_full` or
 * `storage_failed`.
 */
export async function copyDatabase(
  file: string,
  { copy, clipsDir }: { copy: string; clipsDir: string },
): Promise<void> {
  await run({ kind: 'copy', file, copy, clipsDir });
}

/** What is wrong with the file's pages, in SQLite's words; null when nothing is. */
export function checkDatabase(file: string): Promise<string | null> {
  return run({ kind: 'check', file });
}

async function run(task: Task): Promise<string | null> {
  if (task.kind === 'check' && isSmall(task.file)) return unpack(answer(task));
  const script = new URL(`./side-thread${extname(import.meta.filename)}`, import.meta.url);
  const worker = new Worker(script, { name: `ttsd-${task.kind}`, workerData: { sideTask: task } });
  worker.unref();
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  worker.once('message', (found: Answer) => {
    try {
      resolve(unpack(found));
    } catch (error) {
      reject(error as Error);
    }
  });
  worker.once('error', reject);
  worker.once('exit', () => reject(new Error(`the ${task.kind} of the database ended without an answer`)));
  return promise;
}

function work(task: Task): string | null {
  const db = new Database(task.file, { readonly: true });
  try {
    db.pragma('busy_timeout = 5000');
    if (task.kind === 'check') {
      const found = db.pragma('quick_check(1)', { simple: true });
      return found === 'ok' ? null : String(found);
    }
    saveCopy(db, task.copy);
    try {
      packClips(task.copy, task.clipsDir);
    } catch (error) {
      rmSync(task.copy, { force: true });
      throw error;
    }
    return null;
  } finally {
    db.close();
  }
}

function answer(task: Task): Answer {
  try {
    return { value: work(task) };
  } catch (error) {
    const known: TtsError = toStoreError(error, task.file);
    if (task.kind === 'check' && known.code === 'database_corrupt') return { value: known.message };
    return { error: packError(known) };
  }
}

function unpack(found: Answer): string | null {
  if ('error' in found) throw unpackError(found.error);
  return found.value;
}

function isSmall(file: string): boolean {
  const bytes = [file, `${file}-wal`].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  return bytes.reduce((sum, size) => sum + size) <= SMALL_BYTES;
}

if (!isMainThread && workerData?.sideTask !== undefined) {
  parentPort!.postMessage(answer(workerData.sideTask as Task));
}
