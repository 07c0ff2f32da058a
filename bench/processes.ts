// What the kernel tells about other processes: memory, processor time, children. Linux only.
import { readFileSync } from 'node:fs';

/** The kernel counts processor time in hundredths of a second on every architecture Node runs on. */
const TICKS_PER_SEC = 100;

export function readRssMib(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line![1]) / 1024;
}

/** User and system time since the process started. */
export function readCpuSec(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold anything; what follows it is fields 3 and on, utime is 14, stime 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SEC;
}

/** The engine host: the daemon's only child. */
export function findHostPid(daemonPid: number): number {
  const children = readFileSync(`/proc/${daemonPid}/task/${daemonPid}/children`, 'utf8').trim().split(' ');
  if (children.length !== 1 || !children[0]) throw new Error(`expected one engine host, found: ${children}`);
  return Number(children[0]);
}
