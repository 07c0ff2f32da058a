// A tmpfs that is soon full, where this user may mount one.
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  path: string;
  /** Gives it another size while it is in use. */
  resize(megabytes: number): void;
  /** `ro`: nothing can be written there any more. */
  remount(mode: 'ro' | 'rw'): void;
  unmount(): void;
}

/** Undefined where mounting is not allowed: the test is then skipped by name. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'ttsd-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes * 1024}k`, 'tmpfs', path], {
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  return {
    path,
    resize: (size) => execFileSync('mount', ['-o', `remount,size=${size * 1024}k`, path]),
    remount: (mode) => execFileSync('mount', ['-o', `remount,${mode}`, path]),
    unmount: () => execFileSync('umount', ['-l', path]),
  };
}
