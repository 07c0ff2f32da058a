// Finds a daemon's engine host as an administrator would: among its child processes.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Daemon } from './daemon.ts';
import { waitFor } from './wait-for.ts';

const run = promisify(execFile);

/** The host's process id, or undefined while there is none. */
export function lookForHost({ endpoint: { pid } }: Daemon): Promise<number | undefined> {
  return process.platform === 'linux' ? lookInProc(pid) : askPs(pid);
}

/** Asked again and again while a job runs: `ps` would read every process of the machine each time. */
async function lookInProc(pid: number): Promise<number | undefined> {
  const read = (path: string) => readFile(`/proc/${path}`, 'utf8').catch(() => '');
  const children = (await read(`${pid}/task/${pid}/children`)).split(' ').filter(Boolean);
  for (const child of children)
    if ((await read(`${child}/cmdline`)).includes('engine/host')) return Number(child);
  return undefined;
}

async function askPs(pid: number): Promise<number | undefined> {
  const args = ['-o', 'pid=,args=', '--ppid', String(pid)];
  // ps answers 1 when the daemon has no child at all.
  const { stdout } = await run('ps', args).catch(() => ({ stdout: '' }));
  const line = stdout.split('\n').find((candidate) => candidate.includes('engine/host'));
  return line === undefined ? undefined : Number.parseInt(line, 10);
}

export function findHostPid(daemon: Daemon): Promise<number> {
  return waitFor('an engine host', () => lookForHost(daemon));
}
