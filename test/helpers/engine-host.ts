// Finds a daemon's engine host as an administrator would: among its child processes.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Daemon } from './daemon.ts';
import { waitFor } from './wait-for.ts';

const run = promisify(execFile);

/** The host's process id, or undefined while there is none. */
export async function lookForHost(daemon: Daemon): Promise<number | undefined> {
  const args = ['-o', 'pid=,args=', '--ppid', String(daemon.endpoint.pid)];
  // ps answers 1 when the daemon has no child at all.
  const { stdout } = await run('ps', args).catch(() => ({ stdout: '' }));
  const line = stdout.split('\n').find((candidate) => candidate.includes('engine/host'));
  return line === undefined ? undefined : Number.parseInt(line, 10);
}

export function findHostPid(daemon: Daemon): Promise<number> {
  return waitFor('an engine host', () => lookForHost(daemon));
}
