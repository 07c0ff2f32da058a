// A model's graph as its engine wants it: changed by a recipe, optimised by the runtime, and kept so beside the model, since
// both take longer than opening the outcome. Its weights lie in a file of their own, which the runtime maps into memory instead of
// reading it: that takes less time, and memory that the system can take back and share between processes.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Device } from './device.ts';
import { type Graph, readGraph } from './graph/onnx.ts';
import type { ModelManifest } from './manifest.ts';
import { describeProcessor } from './processor.ts';
import { type GraphContract, openSession, RUNTIME_VERSION, type SaveTo, type Session } from './session.ts';

export interface Recipe {
  /** Raised whenever the outcome changes. */
  version: number;
  change(graph: Graph): void;
}

export const PREPARED_FOLDER = 'prepared';
/** What follows the name of the graph. The weights have another name each time: a file that somebody has mapped must not change. */
const OUTCOME = /^[0-9a-f]{16}(?:\.onnx(?:\.\d+\.part)?|-[0-9a-f]{8}\.weights)$/;

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
  const name = `${stem}${nameOutcome(manifest, file, recipe)}`;
  const path = join(modelDir, PREPARED_FOLDER, `${name}.onnx`);
  const openKept = () => openSession(path, contract, { threads, isOptimised: true }).catch(() => undefined);
  if (await isFile(path)) {
    const kept = await openKept();
    if (kept !== undefined) return kept;
    await rm(path, { force: true });
  }
  const bytes = prepare(await readFile(source), recipe, source);
  const openHere = (saveTo?: SaveTo) =>
    openSession(bytes, contract, { threads, name: source, ...(saveTo && { saveTo }) });
  const saveTo = {
    path: `${path}.${process.pid}.part`,
    weightsName: `${name}-${randomBytes(4).toString('hex')}.weights`,
  };
  try {
    await mkdir(dirname(path), { recursive: true });
    await (await openHere(saveTo)).release();
    await keep(saveTo, path);
  } catch {
    // The disk may be full or read-only. Where the graph is wrong, that is said now.
    for (const left of [saveTo.path, join(dirname(path), saveTo.weightsName)])
      await rm(left, { force: true }).catch(() => {});
    return openHere();
  }
  await removeOthers(path, { stem, weightsName: saveTo.weightsName });
  return (await openKept()) ?? openHere();
}

/** Synced before it has its name: what a power cut leaves of it must not be taken for weights. */
async function keep({ path: part, weightsName }: SaveTo, path: string): Promise<void> {
  // A graph without large constants has no other file.
  for (const written of [part, join(dirname(path), weightsName)].filter((one) => existsSync(one))) {
    await using handle = await open(written, 'r+');
    await handle.sync();
  }
  await rename(part, path);
}

/** Of an older version, or of another processor: each is as large as the model. */
async function removeOthers(
  path: string,
  { stem, weightsName }: { stem: string; weightsName: string },
): Promise<void> {
  const dir = dirname(path);
  const kept = [basename(path), weightsName];
  for (const name of await readdir(dir))
    if (!kept.includes(name) && name.startsWith(stem) && OUTCOME.test(name.slice(stem.length)))
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
