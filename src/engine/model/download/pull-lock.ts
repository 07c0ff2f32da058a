// One process at a time pulls a model. Its owner says again and again that it lives; whoever finds it dead takes over.
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const BEAT_MS = 2000;
/** A process may have got the number of one that died: a lock that nobody has touched so long is nobody's. */
const STALE_MS = 10_000;
const LOOK_EVERY_MS = 100;

/** Waits for whoever has it. Answers a function that gives it back. Throws the signal's reason. */
export async function takePullLock(path: string, signal: AbortSignal): Promise<() => Promise<void>> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  while (!(await tryLock(path))) {
    if (await isStale(path)) await rm(path, { force: true });
    else await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, BEAT_MS);
  return async () => {
    clearInterval(beat);
    await rm(path, { force: true });
  };
}

async function tryLock(path: string): Promise<boolean> {
  return writeFile(path, String(process.pid), { flag: 'wx', mode: 0o600 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      return false;
    },
  );
}

async function isStale(path: string): Promise<boolean> {
  try {
    if (Date.now() - (await stat(path)).mtimeMs > STALE_MS) return true;
    const pid = Number(await readFile(path, 'utf8'));
    // Between making the file and writing it its owner has no number in it yet.
    return pid > 0 && !isAlive(pid);
  } catch {
    // It was given back meanwhile.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
