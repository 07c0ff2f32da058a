// Finds a daemon's engine host as an administrator would: among its child processes.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Daemon } from './daemon.ts';
import { waitFor } from './wait-for.ts';

const run = promisify(execFile);

export function findHostPid(daemon: Daemon): Promise<number> {
  return waitFor('an engine host', async () => {
    const { stdout } = await run('ps', ['-o', 'pid=,args=', '--ppid', String(daemon.endpoint.pid)]).catch(
      () => ({ stdout: '' }),
    );
    const line = stdout.split('\n').find((candidate) => candidate.includes('engine/host'));
    return line === undefined ? undefined : Number.parseInt(line, 10);
  });
}
