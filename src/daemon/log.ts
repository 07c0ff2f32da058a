// Where the daemon's log goes: its file, and the terminal if it has one. No text of a user is ever logged.
import { renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Logger, pino } from 'pino';
import { makeDirectory } from '../api/make-directory.ts';

const ROTATE_BYTES = 10 * 1024 * 1024;

export function openLog(path: string, level: string): Logger {
  makeDirectory(dirname(path));
  rotate(path);
  const file = pino.destination({ dest: path, mode: 0o600, sync: true });
  // A full disk must not end the daemon by way of its log.
  file.on('error', () => {});
  const streams = process.stderr.isTTY
    ? [
        { level, stream: file },
        { level, stream: process.stderr },
      ]
    : [{ level, stream: file }];
  return pino({ level, base: { pid: process.pid } }, pino.multistream(streams as never));
}

function rotate(path: string): void {
  try {
    if (statSync(path).size > ROTATE_BYTES) renameSync(path, `${path}.1`);
  } catch {
    // There is no log yet.
  }
}
