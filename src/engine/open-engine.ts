// From a model's folder to an engine that is ready: manifest read, every file verified, weights loaded.
import type { Engine } from './engine.ts';
import { ENGINES, isEngineName } from './engines/index.ts';
import { readManifest, verifyFiles } from './model/manifest.ts';
import type { LoadOptions } from './protocol.ts';

/** Throws naming the file that is missing, altered or not what the engine expects, and the remedy. */
export async function openEngine(options: LoadOptions): Promise<Engine> {
  const manifest = await readManifest(options.modelDir);
  if (!isEngineName(manifest.engine)) throw new Error(`${options.modelDir}: there is no engine ${manifest.engine}`);
  await verifyFiles(options.modelDir, manifest);
  return ENGINES[manifest.engine].open(options);
}
