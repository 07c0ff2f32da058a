// Puts a model's folder in its place: whole and synced, or not at all.
import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ModelManifest } from './manifest.ts';

/**
 * `staged` holds the manifest's files, on the same file system as `modelsDir`. It becomes the folder of that model; one that was
 * there is taken away. Answers where it is.
 */
export async function installModel(
  staged: string,
  modelsDir: string,
  manifest: ModelManifest,
): Promise<string> {
  await writeFile(join(staged, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  await syncTree(staged);
  const target = join(modelsDir, manifest.id);
  const old = await moveAside(target);
  await rename(staged, target);
  await syncFolder(modelsDir);
  if (old !== undefined) await rm(old, { recursive: true, force: true });
  return target;
}

/** Takes a model's folder away; at no moment is half of one found. */
export async function removeModel(dir: string): Promise<void> {
  const aside = await moveAside(dir);
  await syncFolder(dirname(dir));
  if (aside !== undefined) await rm(aside, { recursive: true, force: true });
}

/** Whatever an earlier process left on its way out, or in from a file; what was being pulled stays. */
export async function sweepModels(modelsDir: string): Promise<void> {
  const names = await readdir(modelsDir).catch(() => []);
  const left = names.filter((name) => name.startsWith(OUT_PREFIX) || name.startsWith(IN_PREFIX));
  for (const name of left) await rm(join(modelsDir, name), { recursive: true, force: true });
}

export const IN_PREFIX = '.in-';
const OUT_PREFIX = '.out-';

/** Undefined when there is nothing. */
async function moveAside(dir: string): Promise<string | undefined> {
  const aside = join(dirname(dir), `${OUT_PREFIX}${randomUUID()}`);
  return rename(dir, aside).then(
    () => aside,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return undefined;
    },
  );
}

async function syncTree(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else {
      await using file = await open(path, 'r+');
      await file.sync();
    }
  }
  await syncFolder(dir);
}

async function syncFolder(path: string): Promise<void> {
  // Windows knows no such call.
  if (process.platform === 'win32') return;
  await using handle = await open(path, 'r');
  await handle.sync();
}
