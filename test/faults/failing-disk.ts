// Lets file operations of a process fail as a dying disk would: the plan that disk-shim.c reads while the process runs.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { getShimEnv } from '../helpers/disk-shim.ts';

export interface Fault {
  /** `open`: for writing. */
  operation: 'sync' | 'write' | 'open' | 'rename';
  error: 'EIO' | 'ENOSPC' | 'EROFS';
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
const AT = { isArmed: 0, error: 4, skip: 8, times: 12, hits: 16, operation: 20, path: 32 };

/** For files below `dir`. Needs what the shim needs. */
export function makeFailingDisk(dir: string): FailingDisk {
  const planDir = mkdtempSync(join(tmpdir(), 'ttsd-failing-disk-'));
  const planFile = join(planDir, 'plan');
  const handle = openSync(planFile, 'w+');
  const put = (plan: Buffer) => writeSync(handle, plan, 0, plan.length, 0);
  put(Buffer.alloc(PLAN_BYTES));
  return {
    env: getShimEnv(dir, { plan: planFile }),
    fail({ operation, error, path, skip, times }) {
      const plan = Buffer.alloc(PLAN_BYTES);
      plan.writeInt32LE(constants.errno[error], AT.error);
      plan.writeInt32LE(skip, AT.skip);
      plan.writeInt32LE(times === Infinity ? -1 : times, AT.times);
      plan.write(operation, AT.operation);
      plan.write(path, AT.path);
      put(plan);
      // Last: from here on it holds.
      const armed = Buffer.alloc(4);
      armed.writeInt32LE(1, AT.isArmed);
      put(armed);
    },
    mend: () => put(Buffer.alloc(4)),
    countHits() {
      const hits = Buffer.alloc(4);
      readSync(handle, hits, 0, 4, AT.hits);
      return hits.readInt32LE();
    },
    remove() {
      closeSync(handle);
      rmSync(planDir, { recursive: true });
    },
  };
}
