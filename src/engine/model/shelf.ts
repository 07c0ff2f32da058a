// The models that are here: every folder of some directories that holds a manifest.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findEngine } from '../engines/index.ts';
import { type ModelSpeaker, readManifest } from './manifest.ts';

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
  speakers: ModelSpeaker[];
  /** Its speakers can be mixed by weight. */
  blends: boolean;
  /** SPDX expression. */
  licence: string;
}

/**
 * Reads the models of each directory; one that does not exist has none, and of two models with the same id the first is taken.
 * Throws naming the manifest when one cannot be read or names an engine that does not exist.
 */
export async function openShelf(modelsDirs: readonly string[]): Promise<Map<string, ModelInfo>> {
  const shelf = new Map<string, ModelInfo>();
  for (const dir of (await Promise.all(modelsDirs.map(listFolders))).flat()) {
    const { id, engine, parameters, ...manifest } = await readManifest(dir);
    const engineVersion = findEngine(engine, dir).version;
    if (shelf.has(id)) continue;
    shelf.set(id, {
      id,
      name: manifest.name,
      dir,
      revision: manifest.revision,
      engineVersion,
      sampleRateHz: manifest.sampleRateHz,
      languages: manifest.languages,
      parameters: Object.keys(parameters),
      speakers: manifest.speakers,
      blends: manifest.blends,
      licence: manifest.licence,
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
