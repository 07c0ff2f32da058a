// Another process with a store in it, to be killed. Run as `node child.ts hold|work|open <dataDir>`, it prints a line for
// everything that was acknowledged.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { openSqliteStore, type SqliteStore } from '../../../src/daemon/jobs/sqlite-store.ts';
import { makeDone, makeJob, NOON } from './samples.ts';

type Role = 'hold' | 'work' | 'open';

export function startChild(role: Role, dataDir: string, options: { uid?: number } = {}) {
  const child: ChildProcess = spawn(process.execPath, [import.meta.filename, role, dataDir], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    /** Undefined at the end. */
    nextLine: async (): Promise<string | undefined> => (await lines.next()).value,
    /** Answers the lines that were printed and not yet read. */
    async kill(): Promise<string[]> {
      child.kill('SIGKILL');
      const rest: string[] = [];
      for (let line = await lines.next(); !line.done; line = await lines.next()) rest.push(line.value);
      await ended;
      return rest;
    },
  };
}

if (import.meta.main) {
  const [role, dataDir] = process.argv.slice(2) as [Role, string];
  try {
    const store = await openSqliteStore({ dataDir, onFailure: print });
    print('open');
    if (role === 'open') await store.close();
    if (role === 'work') await Promise.all([submitForEver(store), submitForEver(store), workForEver(store)]);
  } catch (error) {
    print(`${(error as { code?: string }).code} ${(error as Error).message}`);
  }
}

async function submitForEver(store: SqliteStore): Promise<void> {
  for (;;) {
    const [submitted] = await store.submit([makeJob()], NOON);
    print(`queued ${submitted!.job.id}`);
  }
}

async function workForEver(store: SqliteStore): Promise<void> {
  await store.rescue('child');
  for (;;) {
    for (const job of await store.claim({
      class: 'interactive',
      owner: 'child',
      limit: 2,
      newcomerLimit: 0,
      now: NOON,
    })) {
      if (job.seq % 3 === 0) {
        if (await store.fail(job, { code: 'synthesis_failed', message: 'x', now: NOON }))
          print(`failed ${job.id}`);
      } else if (await store.complete(job, makeDone())) print(`completed ${job.id}`);
    }
  }
}

function print(line: unknown): void {
  process.stdout.write(`${line}\n`);
}
