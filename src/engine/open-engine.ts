// From a model's folder to an engine that speaks: the one entry for whoever runs models.
import type { Engine } from './engine.ts';
import { findEngine } from './engines/index.ts';
import { readManifest, verifyFiles } from './model/manifest.ts';
import type { LoadOptions } from './protocol.ts';

/** Opens the model, every file verified; throws naming the file or field that is wrong and the remedy. */
export async function openEngine(options: LoadOptions): Promise<Engine> {
  const manifest = await readManifest(options.modelDir);
  const entry = findEngine(manifest.engine, options.modelDir);
  await verifyFiles(options.modelDir, manifest);
  return entry.open(options);
}
