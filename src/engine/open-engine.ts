// From a model's folder to an engine that speaks: the one entry for whoever runs models.
import { availableParallelism } from 'node:os';
import type { Engine } from './engine.ts';
import { type EngineEntry, findEngine, type OpenOptions } from './engines/index.ts';
import { withLoudness } from './loudness/with-loudness.ts';
import { type Device, listCandidates } from './model/device.ts';
import { type ModelManifest, readManifest, verifyFiles } from './model/manifest.ts';
import { listBackends } from './model/session.ts';
import type { LoadOptions } from './protocol.ts';

/** A graph run gains little from more. */
const MOST_THREADS = 8;

export interface OpenedEngine extends Engine {
  device: Device;
  /** Why it is not the device that was wished; null where it is. */
  deviceNote: string | null;
}

/**
 * Opens the model, every file verified, on the device that was wished, or on the next best one that works. Throws naming the file or
 * field that is wrong and the remedy.
 */
export async function openEngine({
  modelDir,
  device: wish = 'auto',
  threads = Math.min(availableParallelism(), MOST_THREADS),
  cacheDir,
}: LoadOptions): Promise<OpenedEngine> {
  const manifest = await readManifest(modelDir);
  const entry = findEngine(manifest.engine, modelDir);
  await verifyFiles(modelDir, manifest);
  const { devices, note } = listCandidates(wish, { possible: entry.devices, backends: listBackends() });
  const reasons = note === null ? [] : [note];
  const where = { modelDir, threads, ...(cacheDir !== undefined && { cacheDir }) };
  const explain = (error: unknown): never => {
    throw NO_MEMORY.test(String(error)) ? describeShortage(modelDir, manifest, error) : error;
  };
  const finish = (engine: Engine) =>
    withLoudness(
      { ...engine, synthesize: (...chunk) => engine.synthesize(...chunk).catch(explain) },
      { modelDir, manifest, engineVersion: entry.version },
    );
  for (const device of devices.slice(0, -1)) {
    try {
      const engine = await finish(await tryDevice(entry, { ...where, manifest, device }));
      return { ...engine, device, deviceNote: null };
    } catch (error) {
      reasons.push(`${device}: ${firstLine(error)}`);
    }
  }
  // On the processor nothing needs to be tried: what fails there fails for good.
  const engine = await finish(await entry.open({ ...where, device: 'cpu' }).catch(explain));
  return { ...engine, device: 'cpu', deviceNote: reasons.length === 0 ? null : reasons.join('; ') };
}

/** As the runtime, C++ and Node say it. */
const NO_MEMORY = /allocate memory|bad_alloc|bad allocation|Array buffer allocation failed|out of memory/i;

function describeShortage(modelDir: string, { id, memoryBytes }: ModelManifest, cause: unknown): Error {
  const needed = memoryBytes === null ? '' : ` It takes about ${Math.round(memoryBytes / 1e6)} MB.`;
  return new Error(
    `There is not enough memory for the model ${id} in ${modelDir}.${needed} Close other programs, set tts_engine.max_models_loaded to 1, or take a smaller model.`,
    { cause },
  );
}

/** A device may open a graph and yet not run it, or run it to no use: one sentence shows. */
async function tryDevice(
  entry: EngineEntry,
  { manifest, ...options }: OpenOptions & { manifest: ModelManifest },
): Promise<Engine> {
  const engine = await entry.open(options);
  // One that only clones has nothing to say it with.
  if (manifest.clones && manifest.speakers.length === 0) return engine;
  try {
    const speaker = manifest.speakers[0]?.id ?? '0';
    const { samples } = await engine.synthesize(
      { text: WARM_UP, speaker, speed: 1, seed: 1, params: {} },
      new AbortController().signal,
    );
    if (samples.length === 0 || !samples.every(Number.isFinite)) throw new Error('it makes no sound');
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** Figures are read in every language. */
const WARM_UP = '1, 2, 3.';

/** Without the place in the runtime's own source that it begins with. */
function firstLine(error: unknown): string {
  const message = String(error instanceof Error ? error.message : error).split('\n')[0]!;
  return message.replace(/^\/.*? was false\. /, '').slice(0, 200);
}
