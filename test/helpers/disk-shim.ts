// Compiles disk-shim.c, which records a program's changes to its files, kills it at one of them, or lets them fail.
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type FileOperation = 'write' | 'sync' | 'rename' | 'unlink' | 'truncate' | 'mkdir' | 'create';

export interface KillPoint {
  operation: FileOperation;
  /** A part of the path; its end when it ends in `$`. */
  path: string;
  /** 1 is the first such call. */
  count: number;
  when: 'before' | 'middle' | 'after';
}

/** False where there is no C compiler, or no LD_PRELOAD: tests that need the shim are then skipped by name. */
export const hasCompiler = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0;

let library: string | undefined;

/** Environment of a program whose files below `dir` are to be watched. */
export function getShimEnv(
  dir: string,
  wanted: { log?: string; kill?: KillPoint; plan?: string },
): Record<string, string> {
  library ??= compile();
  const { log, kill, plan } = wanted;
  return {
    LD_PRELOAD: library,
    DISK_SHIM_DIR: dir,
    // libuv would otherwise be free to write past the C library.
    UV_USE_IO_URING: '0',
    ...(log === undefined ? {} : { DISK_SHIM_LOG: log }),
    ...(plan === undefined ? {} : { DISK_SHIM_PLAN: plan }),
    ...(kill === undefined
      ? {}
      : { DISK_SHIM_KILL: `${kill.operation}@${kill.path}:${kill.count}:${kill.when}` }),
  };
}

function compile(): string {
  const source = join(import.meta.dirname, 'disk-shim.c');
  const made = join(mkdtempSync(join(tmpdir(), 'ttsd-shim-')), 'disk-shim.so');
  const { status, stderr } = spawnSync('cc', [
    '-shared',
    '-fPIC',
    '-O1',
    '-o',
    made,
    source,
    '-ldl',
    '-lpthread',
  ]);
  if (status !== 0) throw new Error(`cc: ${stderr}`);
  return made;
}
