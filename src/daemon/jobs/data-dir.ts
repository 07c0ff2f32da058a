// The data directory: there, ours, writable, and private when we make it.
import { accessSync, closeSync, constants, fsyncSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { TtsError } from '../../api/errors.ts';
import { makeDirectory } from '../../api/make-directory.ts';

/** Creates the directory with mode 0700 when it is missing. Throws `data_dir_unusable` when it cannot be used. */
export function prepareDataDir(dataDir: string): void {
  try {
    for (const made of makeDirectory(dataDir)) syncDir(dirname(made));
  } catch (cause) {
    throw describeUnusable(dataDir, `cannot be created (${(cause as Error).message})`, cause);
  }
  const found = statSync(dataDir);
  const uid = process.getuid?.();
  // Root may write anywhere, but would leave files behind that the owner can never change again.
  if (uid !== undefined && found.uid !== uid) {
    throw describeUnusable(dataDir, `belongs to user ${found.uid}, ttsd runs as user ${uid}`);
  }
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw describeUnusable(dataDir, `is not writable (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
}

export function describeUnusable(dataDir: string, why: string, cause?: unknown): TtsError {
  return new TtsError(
    'data_dir_unusable',
    `The data directory ${dataDir} ${why}. Choose another with --data-dir, or make it yours: chown -R "$(id -un)" '${dataDir}'.`,
    { cause },
  );
}

/** Makes names created, renamed or removed in a directory survive a power cut. */
export function syncDir(dir: string): void {
  if (process.platform === 'win32') return;
  syncPath(dir);
}

/** Makes what was written to a file survive a power cut. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
