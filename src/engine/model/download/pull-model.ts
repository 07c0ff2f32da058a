// Pulls a model: room on the disk, each file from the first source that has it, checked, then the whole folder into its place.
import { access, mkdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { TtsError } from '../../../api/errors.ts';
import { describeMismatch, hashFile } from '../hash-file.ts';
import { installModel } from '../install.ts';
import { type ModelFile, type ModelManifest, readManifest } from '../manifest.ts';
import { type Announced, type FetchContext, fetchPart, type Patience } from './fetch-part.ts';
import { createDispatcher } from './open-range.ts';
import { Part } from './part.ts';
import { takePullLock } from './pull-lock.ts';
import { SourceError } from './source-error.ts';
import { listSources, type Sources } from './sources.ts';

export interface PullOptions {
  modelsDir: string;
  sources: Sources;
  /** A server that is silent for longer is given up for the moment. */
  stallMs: number;
  patience: Patience;
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}

export interface Progress {
  phase: 'waiting' | 'downloading' | 'verifying' | 'installing' | 'preparing';
  bytesDone: number;
  bytesTotal: number;
}

/** Left free on the disk. */
const SPARE_BYTES = 64 * 2 ** 20;
/** Small files come side by side; a large one has connections enough. */
const SIDE_BY_SIDE = 4;
const LARGE_BYTES = 32 * 2 ** 20;
const TELL_AFTER_MS = 100;

/** Where what is being pulled lies until it is whole. */
export function getPullDir(modelsDir: string, id: string): string {
  return join(modelsDir, '.pull', id);
}

/** Answers the model's folder. Throws TtsErrors, the signal's reason, or the file system's error. */
export async function pullModel(
  manifest: ModelManifest,
  { modelsDir, sources, stallMs, patience, signal, onProgress }: PullOptions,
): Promise<string> {
  const dir = getPullDir(modelsDir, manifest.id);
  const bytesTotal = sumBytes(Object.values(manifest.files));
  onProgress({ phase: 'waiting', bytesDone: 0, bytesTotal });
  const unlock = await takePullLock(`${dir}.lock`, signal);
  const dispatcher = createDispatcher(stallMs, sources.proxies);
  const tally = new Tally(bytesTotal, onProgress);
  const context = { model: manifest.id, dir, sources, dispatcher, patience, signal, tally };
  try {
    // Another process may have brought it while this one waited.
    if (await isInstalled(modelsDir, manifest)) return join(modelsDir, manifest.id);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await tally.start(dir, manifest);
    await checkRoom(dir, manifest, tally.bytesDone);
    const files = new Map<string, ModelFile>();
    const bring = async ([path, file]: [string, ModelFile]) => {
      files.set(path, await bringFile(path, file, context));
    };
    const isLarge = ([, { bytes }]: [string, ModelFile]) => bytes >= LARGE_BYTES;
    const all = Object.entries(manifest.files);
    await eachOf(
      all.filter((one) => !isLarge(one)),
      SIDE_BY_SIDE,
      bring,
    );
    await eachOf(all.filter(isLarge), 1, bring);
    tally.tell('installing');
    const inOrder = all.map(([path]) => [path, files.get(path)!] as const);
    const whole = { ...manifest, files: Object.fromEntries(inOrder) };
    const installed = await installModel(join(dir, 'model'), modelsDir, whole);
    await rm(dir, { recursive: true, force: true });
    return installed;
  } finally {
    tally.stop();
    await dispatcher.destroy();
    await unlock();
  }
}

interface FileContext extends Omit<FetchContext, 'onBytes'> {
  model: string;
  dir: string;
  tally: Tally;
}

/** Answers the file as its folder's manifest names it: with its SHA-256. */
async function bringFile(path: string, file: ModelFile, context: FileContext): Promise<ModelFile> {
  const { model, dir, sources, signal, tally } = context;
  const target = join(dir, 'model', path);
  if (await exists(target)) {
    tally.set(path, file.bytes);
    tally.enter(path, 'verifying');
    const { mismatch, sha256 } = await check(target, file, undefined, signal);
    if (mismatch === undefined) return { ...file, sha256 };
    await rm(target);
  }
  let first: SourceError | undefined;
  for (const url of listSources(model, path, file.urls, sources)) {
    try {
      return await bringFrom(url, path, file, { ...context, target });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SourceError)) throw error;
      first ??= error;
    }
  }
  throw (first ?? new SourceError('model_refused', `Nobody says where ${path} can be had.`)).toTtsError();
}

async function bringFrom(
  url: string,
  path: string,
  file: ModelFile,
  context: FileContext & { target: string },
): Promise<ModelFile> {
  const { dir, tally, target, signal } = context;
  const part = await Part.open(join(dir, 'parts', path), file);
  const onBytes = () => tally.set(path, part.doneBytes);
  onBytes();
  let hasRest = part.doneBytes > 0;
  let isClosed = false;
  try {
    for (;;) {
      tally.enter(path, 'downloading');
      const announced: Announced = await fetchPart(part, url, { ...context, onBytes });
      tally.enter(path, 'verifying');
      const { mismatch, sha256 } = await check(part.path, file, announced.sha256, signal);
      if (mismatch === undefined) {
        isClosed = true;
        await part.finish(target);
        return { ...file, sha256 };
      }
      await part.startOver({ inOne: false });
      onBytes();
      // What an earlier pull left may be of another version; what came in one go is what the source has.
      if (!hasRest)
        throw new SourceError(
          'model_damaged',
          `${path} from ${new URL(url).host} is not the file of the manifest: ${mismatch}.`,
        );
      hasRest = false;
    }
  } finally {
    if (!isClosed) await part.close();
  }
}

async function check(
  path: string,
  file: ModelFile,
  announced: string | undefined,
  signal: AbortSignal,
): Promise<{ mismatch: string | undefined; sha256: string }> {
  const [sha256, md5] = await hashFile(path, ['sha256', 'md5'], { signal });
  const expected = { ...file, sha256: file.sha256 ?? announced ?? null };
  return { mismatch: describeMismatch(expected, { sha256: sha256!, md5: md5! }), sha256: sha256! };
}

/** How much of the whole is there. Tells it at most ten times a second. */
class Tally {
  readonly #bytesTotal: number;
  readonly #onProgress: PullOptions['onProgress'];
  readonly #bytes = new Map<string, number>();
  /** What was begun last with each file. */
  readonly #phases = new Map<string, 'downloading' | 'verifying'>();
  #phase: Progress['phase'] = 'waiting';
  #tellSoon: NodeJS.Timeout | undefined;

  constructor(bytesTotal: number, onProgress: PullOptions['onProgress']) {
    this.#bytesTotal = bytesTotal;
    this.#onProgress = onProgress;
  }

  /** Counts what an earlier pull left. */
  async start(dir: string, { files }: ModelManifest): Promise<void> {
    for (const [path, file] of Object.entries(files)) {
      if (await exists(join(dir, 'model', path))) this.#bytes.set(path, file.bytes);
      else if (await exists(join(dir, 'parts', path))) {
        const part = await Part.open(join(dir, 'parts', path), file);
        this.#bytes.set(path, part.doneBytes);
        await part.close();
      }
    }
  }

  get bytesDone(): number {
    return [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  set(path: string, bytes: number): void {
    this.#bytes.set(path, bytes);
    this.#tellSoon ??= setTimeout(() => this.tell(), TELL_AFTER_MS);
  }

  /** As long as one file comes it is that which is told, whatever is done with the others. */
  enter(path: string, phase: 'downloading' | 'verifying'): void {
    this.#phases.set(path, phase);
    const whole = [...this.#phases.values()].includes('downloading') ? 'downloading' : 'verifying';
    if (whole !== this.#phase) this.tell(whole);
  }

  /** Tells no more of what was set before. */
  stop(): void {
    clearTimeout(this.#tellSoon);
    this.#tellSoon = undefined;
  }

  tell(phase = this.#phase): void {
    this.#phase = phase;
    this.stop();
    this.#onProgress({ phase, bytesDone: this.bytesDone, bytesTotal: this.#bytesTotal });
  }
}

/** Only looks at names and sizes: what is in the files is checked whenever the model is loaded. */
async function isInstalled(modelsDir: string, { id, revision, files }: ModelManifest): Promise<boolean> {
  const dir = join(modelsDir, id);
  const found = await readManifest(dir).catch(() => undefined);
  if (found?.revision !== revision) return false;
  const sizes = await Promise.all(
    Object.keys(files).map((path) =>
      stat(join(dir, path)).then(
        ({ size }) => size,
        () => -1,
      ),
    ),
  );
  return Object.values(files).every(({ bytes }, i) => bytes === sizes[i]);
}

async function checkRoom(dir: string, { id, files }: ModelManifest, bytesDone: number): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  const needed = sumBytes(Object.values(files)) - bytesDone + SPARE_BYTES;
  const free = bavail * bsize;
  if (needed <= free) return;
  const toMb = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  throw new TtsError(
    'disk_full',
    `${id} needs ${toMb(needed)} in ${dir}, and ${toMb(free)} are free. Free some space and try again.`,
  );
}

/** `act` on each, so many at a time; the first failure ends it when those under way have ended. */
async function eachOf<T>(
  items: readonly T[],
  atATime: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const failures: unknown[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined && failures.length === 0; next = waiting.shift())
      await act(next).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: atATime }, work));
  if (failures.length > 0) throw failures[0];
}

function sumBytes(files: readonly ModelFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
