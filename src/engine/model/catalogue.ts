// The models that can be pulled: a manifest each, as a file of its own.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ModelManifest, parseManifest } from './manifest.ts';

/**
 * By id, sorted; of two with the same id that of the first directory. A directory that does not exist has none. A file that is
 * no manifest is told to `onBroken`: the error names it.
 */
export async function readCatalogue(
  dirs: readonly string[],
  onBroken: (error: unknown) => void,
): Promise<Map<string, ModelManifest>> {
  const catalogue = new Map<string, ModelManifest>();
  for (const path of (await Promise.all(dirs.map(listFiles))).flat()) {
    try {
      const manifest = await readEntry(path);
      if (!catalogue.has(manifest.id)) catalogue.set(manifest.id, manifest);
    } catch (error) {
      onBroken(error);
    }
  }
  return new Map([...catalogue].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function readEntry(path: string): Promise<ModelManifest> {
  try {
    return parseManifest(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new Error(`${path} is no manifest: ${(cause as Error).message}`, { cause });
  }
}

async function listFiles(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
  return names.filter((name) => name.endsWith('.json')).map((name) => join(dir, name));
}
