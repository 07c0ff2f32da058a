// The models that can be pulled: a manifest each, shipped with this version.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ModelManifest, parseManifest } from './manifest.ts';

/** By id, sorted. Throws naming the file that is no manifest. */
export async function readCatalogue(dir: string): Promise<Map<string, ModelManifest>> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.json'));
  const catalogue = new Map<string, ModelManifest>();
  for (const name of names) {
    const path = join(dir, name);
    try {
      const manifest = parseManifest(JSON.parse(await readFile(path, 'utf8')));
      if (`${manifest.id}.json` !== name) throw new Error(`the id is ${manifest.id}, not the file's name`);
      catalogue.set(manifest.id, manifest);
    } catch (cause) {
      throw new Error(`${path} is no manifest: ${(cause as Error).message}`, { cause });
    }
  }
  return new Map([...catalogue].sort(([a], [b]) => (a < b ? -1 : 1)));
}
