// From a model's folder to an engine that speaks: the one entry for whoever runs models.
import type { Engine } from './engine.ts';
import { type EngineOptions, engines } from './engines/index.ts';
import { readManifest, verifyFiles } from './model/manifest.ts';

/** Opens the model in `modelDir`, every file verified; throws naming the file or field that is wrong and the remedy. */
export async function openEngine(
  modelDir: string,
  options: Omit<EngineOptions, 'modelDir'>,
): Promise<Engine> {
  const manifest = await readManifest(modelDir);
  const open = engines.get(manifest.engine);
  if (open === undefined) {
    const known = [...engines.keys()].join(', ');
    throw new Error(
      `${modelDir} needs the engine ${manifest.engine}; this version has ${known}. Upgrade it.`,
    );
  }
  await verifyFiles(modelDir, manifest);
  return open({ modelDir, ...options });
}
