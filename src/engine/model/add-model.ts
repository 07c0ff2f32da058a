// Adds a model from a zip or tar file: unpacked, recognised, checked, loaded once, then put into its place.
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TtsError } from '../../api/errors.ts';
import { openEngine } from '../open-engine.ts';
import { checkExternalData } from './archive/external-data.ts';
import { recognise } from './archive/recognise.ts';
import { unpack } from './archive/unpack.ts';
import { IN_PREFIX, installModel } from './install.ts';
import type { ModelManifest } from './manifest.ts';
import { measureSpeed } from './measured-speed.ts';

export interface AddOptions {
  modelsDir: string;
  /** Those that can be pulled: files of theirs are known by their content. */
  catalogue: readonly ModelManifest[];
  /** Goes before what follows from the files. */
  id: string | undefined;
  /** Ids that are taken. */
  taken: readonly string[];
}

/** Answers the model's folder. Throws `model_invalid`, `model_exists`, `model_unusable`, `disk_full` or the file system's error. */
export async function addModel(
  archive: string,
  { modelsDir, catalogue, id, taken }: AddOptions,
): Promise<string> {
  await mkdir(modelsDir, { recursive: true, mode: 0o700 });
  const dir = join(modelsDir, `${IN_PREFIX}${randomUUID()}`);
  const unpacked = join(dir, 'unpacked');
  const staged = join(dir, 'model');
  await mkdir(unpacked, { recursive: true, mode: 0o700 });
  try {
    const paths = await unpack(archive, unpacked);
    if (paths.length === 0) throw new TtsError('model_invalid', 'The file holds no files.');
    const { manifest, places } = await recognise(unpacked, paths, { catalogue, id });
    if (taken.includes(manifest.id))
      throw new TtsError(
        'model_exists',
        `There is a model ${manifest.id} already. Remove it first (tts models rm ${manifest.id}), or give this one another --id.`,
      );
    for (const [to, from] of places) {
      await mkdir(dirname(join(staged, to)), { recursive: true, mode: 0o700 });
      await rename(join(unpacked, from), join(staged, to));
    }
    await checkGraphs(staged, manifest);
    await tryToLoad(staged, manifest);
    return await installModel(staged, modelsDir, manifest);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function checkGraphs(staged: string, { files }: ModelManifest): Promise<void> {
  const paths = new Set(Object.keys(files));
  for (const path of paths) if (path.endsWith('.onnx')) await checkExternalData(staged, path, paths);
}

/** What cannot be loaded is not added: its inputs are not those of its engine, a table has the wrong size, … */
async function tryToLoad(staged: string, manifest: ModelManifest): Promise<void> {
  await writeFile(join(staged, 'manifest.json'), JSON.stringify(manifest), { mode: 0o600 });
  try {
    const engine = await openEngine({ modelDir: staged });
    // One that lacks something to speak, such as another program, can still be added.
    await measureSpeed(staged, engine, manifest.speakers).catch(() => {});
    await engine.close();
  } catch (cause) {
    const message = (cause as Error).message.replaceAll(`${staged}/`, '').replaceAll(staged, manifest.id);
    throw new TtsError('model_invalid', `${manifest.id} cannot be loaded: ${message}`, { cause });
  }
}
