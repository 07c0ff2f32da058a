// Lets one of many command lines start the daemon while the others wait for it.
// Only against the stampede: that there is one daemon is settled by the daemon's own lock.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** Longer than any start takes; then the pid inside may be somebody else's by now. */
const STALE_MS = 60_000;

/** False when somebody else is at it. A lock whose owner died is taken away, and the next try gets it. */
export function tryLock(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (isStale(file)) rmSync(file, { force: true });
    return false;
  }
}

export function unlock(file: string): void {
  rmSync(file, { force: true });
}

function isStale(file: string): boolean {
  try {
    const ageMs = Date.now() - statSync(file).mtimeMs;
    if (ageMs > STALE_MS) return true;
    const pid = Number(readFileSync(file, 'utf8'));
    // Between creating the file and writing it the owner has no pid in it yet.
    return pid > 0 && !isAlive(pid);
  } catch {
    return false;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
