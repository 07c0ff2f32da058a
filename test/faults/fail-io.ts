// Lets file operations of a process fail as a dying disk would, by a small library that is compiled here and preloaded.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const OPERATIONS = { sync: 1, write: 2, open: 4, rename: 8, read: 16, truncate: 32, unlink: 64 } as const;

export interface Fault {
  operation: keyof typeof OPERATIONS;
  error: 'EIO' | 'ENOSPC' | 'EROFS' | 'EDQUOT';
  /** Part of the path; with `$` at its end: how the path ends. */
  path: string;
  /** So many go well first. */
  skip: number;
  /** Then so many fail; Infinity: all until it is mended. */
  times: number;
}

export interface FailingDisk {
  /** For the process whose disk it is. */
  env: Record<string, string>;
  fail(fault: Fault): void;
  mend(): void;
  /** How many operations have failed since `fail`. */
  countHits(): number;
  remove(): void;
}

const PLAN_BYTES = 256;
const HITS_OFFSET = 16;

/** Undefined where there is no C compiler, or no way to preload: the test is then skipped by name. */
export function makeFailingDisk(): FailingDisk | undefined {
  if (process.platform !== 'linux') return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'ttsd-fail-io-'));
  const library = join(dir, 'fail-io.so');
  const source = join(import.meta.dirname, 'fail-io.c');
  const { status } = spawnSync('gcc', ['-O1', '-shared', '-fPIC', '-o', library, source, '-ldl']);
  if (status !== 0 || !existsSync(library)) {
    rmSync(dir, { recursive: true });
    return undefined;
  }
  const planFile = join(dir, 'plan');
  const handle = openSync(planFile, 'w+');
  const put = (plan: Buffer) => writeSync(handle, plan, 0, plan.length, 0);
  put(Buffer.alloc(PLAN_BYTES));
  return {
    env: { LD_PRELOAD: library, FAIL_IO_PLAN: planFile },
    fail({ operation, error, path, skip, times }) {
      const plan = Buffer.alloc(PLAN_BYTES);
      plan.writeInt32LE(constants.errno[error], 4);
      plan.writeInt32LE(skip, 8);
      plan.writeInt32LE(times === Infinity ? -1 : times, 12);
      plan.write(path, 20);
      put(plan);
      // Last: from here on it holds.
      const armed = Buffer.alloc(4);
      armed.writeInt32LE(OPERATIONS[operation]);
      put(armed);
    },
    mend: () => put(Buffer.alloc(4)),
    countHits() {
      const hits = Buffer.alloc(4);
      readSync(handle, hits, 0, 4, HITS_OFFSET);
      return hits.readInt32LE();
    },
    remove() {
      closeSync(handle);
      rmSync(dir, { recursive: true });
    },
  };
}
