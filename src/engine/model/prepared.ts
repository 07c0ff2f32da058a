// A model's graph as its engine wants it: changed by a recipe, optimised by the runtime, and kept so beside the model, since
// both take longer than opening the outcome.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Device } from './device.ts';
import { type Graph, readGraph } from './graph/onnx.ts';
import type { ModelManifest } from './manifest.ts';
import { describeProcessor } from './processor.ts';
import { type GraphContract, openSession, RUNTIME_VERSION, type Session } from './session.ts';

export interface Recipe {
  /** Raised whenever the outcome changes. */
  version: number;
  change(graph: Graph): void;
}

export const PREPARED_FOLDER = 'prepared';
/** What follows the name of the graph. */
const OUTCOME = /^[0-9a-f]{16}\.onnx$/;

/**
 * Opens the graph `file` of the model. Where nothing can be written beside the model, it is prepared each time. Throws naming the
 * file when it is no graph or not the engine's.
 */
export async function openPrepared(
  { modelDir, manifest, file }: { modelDir: string; manifest: ModelManifest; file: string },
  contract: GraphContract,
  { recipe, threads, device }: { recipe: Recipe; threads: number; device: Device },
): Promise<Session> {
  const source = join(modelDir, file);
  // What is optimised for the processor suits no other device.
  if (device !== 'cpu')
    return openSession(prepare(await readFile(source), recipe, source), contract, {
      threads,
      device,
      name: source,
    });
  const stem = `${basename(file, '.onnx')}-`;
  const path = join(modelDir, PREPARED_FOLDER, `${stem}${nameOutcome(manifest, file, recipe)}.onnx`);
  if (await isFile(path)) {
    const session = await openSession(path, contract, { threads, isOptimised: true }).catch(() => undefined);
    if (session !== undefined) return session;
    await rm(path, { force: true });
  }
  const bytes = prepare(await readFile(source), recipe, source);
  const part = `${path}.${process.pid}.part`;
  const isKept = await mkdir(join(modelDir, PREPARED_FOLDER), { recursive: true }).then(
    () => true,
    () => false,
  );
  const session = await openSession(bytes, contract, {
    threads,
    name: source,
    ...(isKept && { saveTo: part }),
  });
  if (isKept)
    await rename(part, path).then(
      () => removeOthers(path, stem),
      () => rm(part, { force: true }),
    );
  return session;
}

/** Of an older version, or of another processor: each is as large as the model. */
async function removeOthers(path: string, stem: string): Promise<void> {
  const dir = dirname(path);
  for (const name of await readdir(dir))
    if (name !== basename(path) && name.startsWith(stem) && OUTCOME.test(name.slice(stem.length)))
      await rm(join(dir, name), { force: true }).catch(() => {});
}

function prepare(content: Uint8Array, recipe: Recipe, path: string): Uint8Array {
  try {
    const graph = readGraph(content);
    recipe.change(graph);
    return graph.write();
  } catch (cause) {
    throw new Error(
      `${path} cannot be prepared: ${(cause as Error).message}. It is damaged, or no model of this kind; reinstall the model.`,
      { cause },
    );
  }
}

/** The outcome depends on the processor too: the runtime picks the layout of the weights by it. */
function nameOutcome({ files }: ModelManifest, file: string, { version }: Recipe): string {
  const parts = [files[file]?.sha256, version, RUNTIME_VERSION, describeProcessor()];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
