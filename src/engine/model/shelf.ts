// The models that are here: every folder of a directory that holds a manifest.
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
}

/** Throws naming the manifest when one cannot be read or names an engine that does not exist. */
export async function openShelf(modelsDir: string): Promise<Map<string, ModelInfo>> {
  const shelf = new Map<string, ModelInfo>();
  for (const entry of await readdir(modelsDir, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const dir = join(modelsDir, entry.name);
    const { id, name, revision, engine, sampleRateHz, languages, parameters } = await readManifest(dir);
    const engineVersion = findEngine(engine, dir).version;
    shelf.set(id, {
      id,
      name,
      dir,
      revision,
      engineVersion,
      sampleRateHz,
      languages,
      parameters: Object.keys(parameters),
    });
  }
  return shelf;
}
