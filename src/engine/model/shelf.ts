// The models that are here: every folder of some directories that holds a manifest.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findEngine } from '../engines/index.ts';
import { readManifest } from './manifest.ts';

/** What the daemon knows of a model without loading it. */
export interface ModelInfo {
  id: string;
  /** For people. */
  name: string;
  dir: string;
  revision: string;
  /** Grows whenever the engine's code would make other samples of the same input. */
  engineVersion: number;
  sampleRateHz: number;
  languages: string[];
  /** Names of the parameters it has, beside text, voice and seed. */
  parameters: string[];
  /** The model's own names for its speakers. */
  speakers: string[];
}

/**
 * Reads the models of each directory; one that does not exist has none, and of two models with the same id the first is taken.
 * Throws naming the manifest when one cannot be read or names an engine that does not exist.
 */
export async function openShelf(modelsDirs: readonly string[]): Promise<Map<string, ModelInfo>> {
  const shelf = new Map<string, ModelInfo>();
  for (const dir of (await Promise.all(modelsDirs.map(listFolders))).flat()) {
    const { id, name, revision, engine, sampleRateHz, languages, parameters, speakers } =
      await readManifest(dir);
    const engineVersion = findEngine(engine, dir).version;
    if (shelf.has(id)) continue;
    shelf.set(id, {
      id,
      name,
      dir,
      revision,
      engineVersion,
      sampleRateHz,
      languages,
      parameters: Object.keys(parameters),
      speakers: speakers.map((speaker) => speaker.id),
    });
  }
  return shelf;
}

async function listFolders(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(dir, name));
}
