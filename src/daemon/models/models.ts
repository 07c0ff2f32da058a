// What clients can do with models: look, pull, add, remove. Models come and go while the daemon runs.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Logger } from 'pino';
import { TtsError } from '../../api/errors.ts';
import type { Model, ModelDetails } from '../../api/models.ts';
import { findNearest } from '../../api/nearest.ts';
import { hasEngine } from '../../engine/engines/index.ts';
import { readCatalogue } from '../../engine/model/catalogue.ts';
import { getPullDir } from '../../engine/model/download/pull-model.ts';
import { removeModel } from '../../engine/model/install.ts';
import type { ModelManifest } from '../../engine/model/manifest.ts';
import { type ModelInfo, readModel } from '../../engine/model/shelf.ts';
import type { ShelfTask } from '../../engine/model/shelf-worker/protocol.ts';
import type { VoiceRegistry } from '../../engine/voice/registry.ts';
import type { Config } from '../config.ts';
import type { ModelHost } from '../inference/model-host.ts';
import type { JobStore } from '../jobs/store.ts';
import type { Conditioning } from '../voices/conditioning.ts';
import { toStorageError } from '../voices/storage-error.ts';
import { describeDevice } from './describe-device.ts';
import { Pull } from './pull.ts';
import { runShelfTask } from './run-shelf-task.ts';

export interface ModelsOptions {
  config: Config;
  store: JobStore;
  /** Replaced as a whole when a model comes or goes: the voices follow it. */
  shelf: { models: ReadonlyMap<string, ModelInfo> };
  /** The same models with their hosts, as everybody else sees them. */
  models: Map<string, { info: ModelInfo; host: ModelHost }>;
  startHost: (info: ModelInfo) => ModelHost;
  voices: VoiceRegistry;
  /** Of this user. */
  modelsDir: string;
  /** Of those that ship with ttsd, and of the catalogue. */
  builtInDir: string;
  conditioning: Conditioning;
  log: Logger;
}

export class Models {
  readonly #o: ModelsOptions;
  readonly #pulls = new Map<string, Pull>();
  readonly #stopping = new AbortController();
  #adding: Promise<unknown> = Promise.resolve();

  constructor(options: ModelsOptions) {
    this.#o = options;
  }

  /** Those that are here first, then those that could be, then those that only a later version can run. */
  async list(): Promise<Model[]> {
    const catalogue = [...(await this.#readCatalogue()).values()];
    const others = catalogue
      .filter(({ id }) => !this.#o.models.has(id))
      .map((manifest) => this.#view(manifest));
    return [
      ...[...this.#o.models.values()].map(({ info }) => this.#view(info.manifest)),
      ...others.filter(({ runnable }) => runnable),
      ...others.filter(({ runnable }) => !runnable),
    ];
  }

  /** Throws `model_not_found`. */
  async find(id: string): Promise<ModelDetails> {
    const manifest = this.#o.models.get(id)?.info.manifest ?? (await this.#findInCatalogue(id));
    return {
      ...this.#view(manifest),
      speakers: manifest.speakers,
      files: Object.entries(manifest.files).map(([path, { bytes, sha256, urls }]) => ({
        path,
        bytes,
        sha256,
        urls,
      })),
    };
  }

  /** Joins the pull that is under way, or begins one; null when the model is here. Throws `model_not_found` or `model_not_runnable`. */
  async pull(id: string): Promise<Pull | null> {
    const found = this.#o.models.get(id)?.info;
    const known = (await this.#readCatalogue()).get(id);
    if (found !== undefined && (known === undefined || found.revision === known.revision)) return null;
    const manifest = known ?? (await this.#findInCatalogue(id));
    if (!hasEngine(manifest.engine))
      throw new TtsError(
        'model_not_runnable',
        `This version of ttsd has no engine for ${id} (${manifest.engine}). It is listed for its successors.`,
      );
    const running = this.#pulls.get(id);
    if (running?.isStopping) {
      await running.outcome.catch(() => {});
      return this.pull(id);
    }
    if (running !== undefined) return running;
    const { mirror, stall_timeout_sec } = this.#o.config.models;
    const task: ShelfTask = {
      kind: 'pull',
      modelsDir: this.#o.modelsDir,
      manifest,
      mirror,
      stallMs: stall_timeout_sec * 1000,
    };
    const pull = new Pull(id, async ({ signal, onProgress }) => {
      try {
        const all = AbortSignal.any([signal, this.#stopping.signal]);
        await this.#take(
          await runShelfTask(task, { signal: all, onProgress }).catch((error: unknown) =>
            this.#findInPlace(manifest, error),
          ),
        );
      } catch (error) {
        this.#o.log.warn({ err: error, model: id }, 'a pull ended without its model');
        throw error;
      } finally {
        this.#pulls.delete(id);
      }
    });
    this.#pulls.set(id, pull);
    return pull;
  }

  /** From a zip or tar file, which stays. Throws `model_invalid`, `model_exists`, `disk_full` or `storage_failed`. */
  async add(archive: string, id: string | undefined): Promise<Model> {
    // One at a time: each may hold a model in memory.
    const added = this.#adding.then(() => this.#add(archive, id));
    this.#adding = added.catch(() => {});
    return this.#view((await added).manifest);
  }

  /** Also what is left of a pull that was broken off. Throws `model_not_found`, `model_built_in` or `model_in_use`. */
  async remove(id: string): Promise<void> {
    if (this.#pulls.has(id))
      throw new TtsError('model_in_use', `${id} is being pulled. Stop that first: Ctrl-C where it runs.`);
    const found = this.#o.models.get(id);
    const dir = getPullDir(this.#o.modelsDir, id);
    if (found === undefined) {
      await this.#findInCatalogue(id);
      if (!existsSync(dir))
        throw new TtsError(
          'model_not_found',
          `${id} is not here, and nothing is left of a pull. See: tts models`,
        );
      await rm(dir, { recursive: true, force: true });
      return;
    }
    if (this.#isBuiltIn(found.info))
      throw new TtsError('model_built_in', `${id} ships with ttsd and cannot be removed.`);
    await this.#checkUnused(id);
    this.#set(id, undefined);
    await found.host.unload('was removed');
    try {
      await removeModel(found.info.dir);
      await this.#o.conditioning.forgetModel(id);
    } catch (error) {
      throw toStorageError(error, `The model ${id}`);
    }
  }

  /** Pulls stop; what has come is kept. */
  async stop(): Promise<void> {
    this.#stopping.abort(new TtsError('draining', 'ttsd is shutting down; the next pull goes on from here.'));
    await Promise.allSettled([...this.#pulls.values()].map(({ outcome }) => outcome));
  }

  async #add(archive: string, id: string | undefined): Promise<ModelInfo> {
    const catalogue = [...(await this.#readCatalogue()).values()];
    const taken = [...this.#o.models.keys(), ...this.#pulls.keys()];
    const { modelsDir } = this.#o;
    const dir = await runShelfTask(
      { kind: 'add', modelsDir, archive, catalogue, id, taken },
      { signal: this.#stopping.signal, onProgress: () => {} },
    );
    return this.#take(dir);
  }

  /** A process that died when all was in place, such as for want of memory to prepare it, has brought the model all the same. */
  async #findInPlace({ id, revision }: ModelManifest, error: unknown): Promise<string> {
    const found = await readModel(join(this.#o.modelsDir, id)).catch(() => undefined);
    if (found?.revision !== revision) throw error;
    this.#o.log.warn({ err: error, model: id }, 'a model was pulled, but not prepared');
    return found.dir;
  }

  /** The model of a folder is here from now on. */
  async #take(dir: string): Promise<ModelInfo> {
    const info = await readModel(dir);
    const old = this.#o.models.get(info.id);
    this.#set(info.id, info);
    // Whoever speaks at the moment ends with the old one.
    await old?.host.unload('was replaced');
    return info;
  }

  #set(id: string, info: ModelInfo | undefined): void {
    const { shelf, models, startHost } = this.#o;
    const next = new Map(shelf.models);
    if (info === undefined) {
      next.delete(id);
      models.delete(id);
    } else {
      next.set(id, info);
      models.set(id, { info, host: startHost(info) });
    }
    shelf.models = next;
  }

  async #checkUnused(id: string): Promise<void> {
    const { config, voices, store } = this.#o;
    const standard = config.tts_engine.default_voice_id;
    if (standard !== '' && voices.resolve(standard).voice.model === id)
      throw new TtsError(
        'model_in_use',
        `${id} speaks the default voice (${standard}). Choose another in tts_engine.default_voice_id first.`,
      );
    if (await store.isModelNeeded(id))
      throw new TtsError(
        'model_in_use',
        `Jobs that are queued or running need ${id}. Wait for them, or cancel them.`,
      );
  }

  #isBuiltIn({ dir }: ModelInfo): boolean {
    return !relative(this.#o.builtInDir, dir).startsWith('..');
  }

  /** Those that ship with ttsd, and those whose manifest the user has put among the models; read anew, for they are few. */
  #readCatalogue(): Promise<ReadonlyMap<string, ModelManifest>> {
    const { builtInDir, modelsDir, log } = this.#o;
    return readCatalogue([builtInDir, modelsDir], (err) => log.warn({ err }, 'a manifest cannot be read'));
  }

  async #findInCatalogue(id: string): Promise<ModelManifest> {
    const catalogue = await this.#readCatalogue();
    const found = catalogue.get(id);
    if (found !== undefined) return found;
    const name = JSON.stringify(id.slice(0, 100));
    throw new TtsError(
      'model_not_found',
      `There is no model ${name}.${suggest(id, [...this.#o.models.keys(), ...catalogue.keys()])} See: tts models`,
    );
  }

  #view(manifest: ModelManifest): Model {
    const { id } = manifest;
    const here = this.#o.models.get(id);
    const state = this.#pulls.has(id) ? 'pulling' : here === undefined ? 'available' : 'installed';
    return {
      id,
      name: manifest.name,
      about: manifest.about,
      state,
      runnable: hasEngine(manifest.engine),
      built_in: here !== undefined && this.#isBuiltIn(here.info),
      engine: manifest.engine,
      revision: manifest.revision,
      licence: manifest.licence,
      source: manifest.source,
      languages: manifest.languages,
      clones: manifest.clones,
      tags: manifest.tags,
      parameters: Object.keys(manifest.parameters),
      sample_rate: manifest.sampleRateHz,
      ...(here === undefined ? { device: null } : describeDevice(here)),
      voices: manifest.speakers.length,
      bytes: Object.values(manifest.files).reduce((sum, { bytes }) => sum + bytes, 0),
      memory_bytes: manifest.memoryBytes,
      times_real_time: manifest.timesRealTime,
      times_real_time_here: here?.info.timesRealTimeHere ?? null,
      verified: manifest.verified,
    };
  }
}

function suggest(id: string, known: string[]): string {
  const word = id.toLowerCase();
  // A voice, a language or a family is part of the names that have it.
  const parts = known.filter((one) => one.toLowerCase().includes(word));
  const [shortest] = parts.toSorted((a, b) => a.length - b.length);
  const nearest = shortest ?? findNearest(id, known, Math.max(3, id.length / 3));
  return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}
