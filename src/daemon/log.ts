// Where the daemon's log goes: its file, and the terminal if it has one. No text of a user is ever logged.
import { renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Logger, pino } from 'pino';
import { makeDirectory } from '../api/make-directory.ts';

const ROTATE_BYTES = 10 * 1024 * 1024;
/** Older logs that are kept: `.1` is the newest of them. */
const KEPT = 3;

export function openLog(path: string, level: string, rotateBytes = ROTATE_BYTES): Logger {
  makeDirectory(dirname(path));
  let bytes = measure(path);
  if (bytes > rotateBytes) {
    rotate(path);
    bytes = 0;
  }
  const file = pino.destination({ dest: path, mode: 0o600, sync: true });
  // A full disk must not end the daemon by way of its log.
  file.on('error', () => {});
  file.on('write', (written) => {
    bytes += written;
    if (bytes <= rotateBytes) return;
    bytes = 0;
    rotate(path);
    file.reopen();
  });
  const streams = process.stderr.isTTY
    ? [
        { level, stream: file },
        { level, stream: process.stderr },
      ]
    : [{ level, stream: file }];
  return pino({ level, base: { pid: process.pid } }, pino.multistream(streams as never));
}

/** A name that cannot be given (a full disk does not keep from it) leaves the log as it is. */
function rotate(path: string): void {
  for (let age = KEPT; age > 0; age--) {
    try {
      renameSync(age === 1 ? path : `${path}.${age - 1}`, `${path}.${age}`);
    } catch {
      // There are not so many yet.
    }
  }
}

function measure(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
