// The models that are here: every folder of some directories that holds a manifest.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findEngine } from '../engines/index.ts';
import type { Device } from './device.ts';
import { type ModelManifest, type ModelSpeaker, readManifest } from './manifest.ts';
import { readMeasuredSpeed } from './measured-speed.ts';

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
  /** First parts of the tags of those that need the program espeak-ng. */
  espeakLanguages: readonly string[];
  /** Names of the parameters it has, beside text, voice and seed. */
  parameters: string[];
  speakers: ModelSpeaker[];
  /** Its speakers can be mixed by weight. */
  blends: boolean;
  /** SPDX expression. */
  licence: string;
  /** What its engine can run on. */
  devices: readonly Device[];
  /** Seconds of speech that it made in a second on this machine; null where it was not measured. */
  timesRealTimeHere: number | null;
  manifest: ModelManifest;
}

/**
 * Reads the models of each directory; one that does not exist has none, and of two models with the same id the first is taken.
 * A folder whose manifest cannot be read, or names an engine that does not exist, is told to `onBroken`, which throws unless
 * given: the error names the manifest.
 */
export async function openShelf(
  modelsDirs: readonly string[],
  onBroken: (error: unknown) => void = rethrow,
): Promise<Map<string, ModelInfo>> {
  const shelf = new Map<string, ModelInfo>();
  for (const dir of (await Promise.all(modelsDirs.map(listFolders))).flat()) {
    try {
      const model = await readModel(dir);
      if (!shelf.has(model.id)) shelf.set(model.id, model);
    } catch (error) {
      onBroken(error);
    }
  }
  return shelf;
}

/** The model of one folder. Throws as `openShelf` does. */
export async function readModel(dir: string): Promise<ModelInfo> {
  const manifest = await readManifest(dir);
  const { version: engineVersion, devices, listEspeakLanguages } = findEngine(manifest.engine, dir);
  return {
    id: manifest.id,
    name: manifest.name,
    dir,
    revision: manifest.revision,
    engineVersion,
    sampleRateHz: manifest.sampleRateHz,
    languages: manifest.languages,
    espeakLanguages: await listEspeakLanguages({ modelDir: dir, manifest }),
    parameters: Object.keys(manifest.parameters),
    speakers: manifest.speakers,
    blends: manifest.blends,
    licence: manifest.licence,
    devices,
    timesRealTimeHere: await readMeasuredSpeed(dir),
    manifest,
  };
}

/** Those with a dot in front are on their way in or out. A link counts as the folder that it leads to: models are large. */
async function listFolders(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
  const paths = names.filter((name) => !name.startsWith('.')).map((name) => join(dir, name));
  const areFolders = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (found) => found.isDirectory(),
        () => false,
      ),
    ),
  );
  return paths.filter((_, i) => areFolders[i]).sort();
}

function rethrow(error: unknown): never {
  throw error;
}
