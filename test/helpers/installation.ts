// An installation of ttsd of a test's own, to be damaged or replaced.
import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDataDir } from './daemon.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Without what is left out. */
export async function copyInstallation(without: readonly string[] = []): Promise<string> {
  const copy = join(await makeDataDir(), 'copy');
  for (const name of ['bin', 'dist', 'package.json'])
    await cp(join(ROOT, name), join(copy, name), { recursive: true });
  for (const name of ['models', 'voices', 'node_modules'])
    if (!without.includes(name)) await symlink(join(ROOT, name), join(copy, name));
  return copy;
}
