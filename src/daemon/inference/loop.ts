// The inference loop: takes jobs up, hands their chunks to engine hosts, keeps the audio, and ends the jobs.
// Each turn: take up queued jobs while there is room, then start chunks until every host has one in hand and one waiting.
// A turn is short: of the batch jobs it plans one, so that a request that comes meanwhile does not wait for many long texts.
import type { Logger } from 'pino';
import { TtsError } from '../../api/errors.ts';
import type { JobClass } from '../../api/job.ts';
import type { ModelInfo } from '../../engine/model/shelf.ts';
import type { RunningJob } from '../jobs/job.ts';
import type { JobChanges } from '../jobs/job-changes.ts';
import type { Claim, JobStore } from '../jobs/store.ts';
import type { Metrics } from '../metrics.ts';
import { ActiveJob } from './active-job.ts';
import type { ChunkStore } from './chunk-store.ts';
import { isDiskTrouble } from './disk-trouble.ts';
import { HostDied } from './engine-host.ts';
import { makeChunk } from './make-chunk.ts';
import type { ModelHost } from './model-host.ts';
import type { JobPlanner, PlannedChunk } from './plan.ts';
import type { ResultFiles } from './result-files.ts';
import { pickNext } from './scheduler.ts';

/** Jobs taken up at once: enough that a short job need not wait for a long one, few enough to keep their texts in memory. */
const MAX_ACTIVE: Record<JobClass, number> = { interactive: 64, batch: 32 };
/** Batch jobs claimed in one write. */
const BATCH_CLAIM = 8;
/** One chunk in hand, one waiting in the host, so that the host never idles between two. */
const IN_FLIGHT_PER_HOST = 2;
/** A job whose chunks killed the host this often is poisonous. */
const MAX_CRASHES = 2;
const PROGRESS_SAVE_MS = 1000;
const DISK_RETRY_MS = 5000;
/** While the host keeps dying, nobody tells when it is well again. */
const TROUBLE_LOOK_MS = 1000;

export interface LoopOptions {
  store: JobStore;
  chunks: ChunkStore;
  results: ResultFiles;
  planner: JobPlanner;
  models: ReadonlyMap<string, { info: ModelInfo; host: ModelHost }>;
  changes: JobChanges;
  owner: string;
  maxRetries: number;
  metrics: Metrics;
  log: Logger;
}

export class InferenceLoop {
  readonly #o: LoopOptions;
  readonly #active = new Map<string, ActiveJob>();
  /** Claimed, but not yet divided into chunks. */
  #unplanned: RunningJob[] = [];
  /** Being divided just now; one that is dropped meanwhile is taken out. */
  readonly #starting = new Set<string>();
  /** Chunks given to the host of each model, and of each job. */
  readonly #inFlight = new Map<string, number>();
  readonly #inHand = new Map<ActiveJob, number>();
  readonly #listenedTo = new Set<readonly PlannedChunk[]>();
  /** Claims that a broken disk kept us from giving back. */
  readonly #owed = new Map<string, Claim>();
  /** Chunks and endings under way, which a drain waits for. */
  readonly #tasks = new Set<Promise<void>>();
  readonly #unsaved = new Set<ActiveJob>();
  /** False once a claim has emptied the queue of the class, until somebody says that there may be more. */
  #mayHaveJobs: Record<JobClass, boolean> = { interactive: true, batch: true };
  #turn: Promise<void> | undefined;
  #turnWanted = false;
  #turns = 0;
  #interactiveStreak = 0;
  #stopped = false;
  #diskTrouble: string | null = null;
  #dueTimer: NodeJS.Timeout | undefined;
  #diskTimer: NodeJS.Timeout | undefined;
  readonly #saveTimer: NodeJS.Timeout;

  constructor(options: LoopOptions) {
    this.#o = options;
    this.#saveTimer = setInterval(() => this.#saveProgress(), PROGRESS_SAVE_MS);
    this.#saveTimer.unref();
  }

  /** What keeps work from going on, for `/readyz`; null when nothing does. */
  get trouble(): string | null {
    if (this.#diskTrouble !== null) return this.#diskTrouble;
    for (const [id, { host }] of this.#o.models) {
      if (host.isFailing) return `The engine host of model ${id} keeps dying; it is tried again by itself.`;
    }
    return null;
  }

  get hasDiskTrouble(): boolean {
    return this.#diskTrouble !== null;
  }

  getActive(id: string): ActiveJob | undefined {
    return this.#active.get(id);
  }

  listActive(): Iterable<ActiveJob> {
    return this.#active.values();
  }

  /** Keys of chunks that a job or a listener still needs: never to be evicted. */
  listLiveKeys(): Set<string> {
    const plans = [...[...this.#active.values()].map((active) => active.plan), ...this.#listenedTo];
    return new Set(plans.flatMap((plan) => plan.map((chunk) => chunk.key)));
  }

  /** Keeps the chunks of a plan from being evicted until the returned function is called. */
  holdChunks(plan: readonly PlannedChunk[]): () => void {
    const held = [...plan];
    this.#listenedTo.add(held);
    return () => this.#listenedTo.delete(held);
  }

  /** A job was submitted, or put back into the queue. */
  lookForJobs(): void {
    this.#mayHaveJobs = { interactive: true, batch: true };
    this.#wake();
  }

  /** Something may have become possible. */
  #wake(): void {
    if (this.#stopped) return;
    this.#turnWanted = true;
    this.#turn ??= this.#runTurns();
  }

  /** The job is no longer ours: its chunks in hand are dropped; with `now` the host that works on one is killed. */
  drop(id: string, { now }: { now: boolean }): void {
    this.#starting.delete(id);
    this.#unplanned = this.#unplanned.filter((job) => job.id !== id);
    const active = this.#active.get(id);
    if (active === undefined) return;
    this.#forget(active);
    active.abort.abort(new TtsError('job_cancelled', `Job ${id} was cancelled.`));
    if (now && (this.#inHand.get(active) ?? 0) > 0)
      this.#getModel(active.job).host.kill('was killed by a cancel');
    this.#wake();
  }

  /** Takes nothing new up, finishes the chunks in hand, gives every job back. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#saveTimer);
    clearTimeout(this.#dueTimer);
    clearTimeout(this.#diskTimer);
    await this.#turn;
    await Promise.allSettled(this.#tasks);
    for (const active of [...this.#active.values()]) await this.#giveBack(active);
    for (const job of this.#unplanned) await this.#orOwe(job, () => this.#o.store.release(toClaim(job)));
  }

  /** Breaks off what `stop` still waits for: results being written, chunks in hand. Nothing of it is held against a job. */
  breakOff(): void {
    for (const active of this.#active.values()) active.abort.abort(new Error('ttsd is shutting down'));
  }

  async #runTurns(): Promise<void> {
    try {
      while (this.#turnWanted && !this.#stopped) {
        this.#turnWanted = false;
        await this.#settleOwed();
        await this.#takeUpJobs();
        this.#startChunks();
      }
    } catch (error) {
      this.#noteTrouble(error);
    } finally {
      this.#turn = undefined;
    }
  }

  async #takeUpJobs(): Promise<void> {
    if (this.trouble !== null) return this.#lookAgainIn(TROUBLE_LOOK_MS);
    for (const job of await this.#claim('interactive', MAX_ACTIVE.interactive)) await this.#takeUp(job);
    if (this.#unplanned.length === 0) this.#unplanned.push(...(await this.#claim('batch', BATCH_CLAIM)));
    const next = this.#unplanned.shift();
    if (next !== undefined) await this.#takeUp(next);
    if (this.#unplanned.length > 0) this.#turnWanted = true;
  }

  async #claim(name: JobClass, atMost: number): Promise<RunningJob[]> {
    const taken = [...this.#active.values()].filter((active) => active.class === name).length;
    const limit = Math.min(atMost, MAX_ACTIVE[name] - taken);
    if (limit <= 0 || !this.#mayHaveJobs[name]) return [];
    // Before the claim: a job that is submitted meanwhile must not be overlooked.
    this.#mayHaveJobs[name] = false;
    const jobs = await this.#o.store.claim({ class: name, owner: this.#o.owner, limit, now: Date.now() });
    if (jobs.length === limit) this.#mayHaveJobs[name] = true;
    else await this.#wakeWhenDue();
    return jobs;
  }

  async #takeUp(job: RunningJob): Promise<void> {
    this.#starting.add(job.id);
    try {
      const plan = await this.#o.planner.plan(job);
      if (!this.#starting.delete(job.id)) return;
      const active = new ActiveJob(job, plan);
      this.#active.set(job.id, active);
      this.#o.changes.emit(job.id);
      if (active.isRendered) this.#track(this.#finish(active));
    } catch (error) {
      await this.#fail(job, error);
    }
  }

  async #wakeWhenDue(): Promise<void> {
    const due = await this.#o.store.getNextDue(Date.now());
    clearTimeout(this.#dueTimer);
    if (due === undefined) return;
    // setTimeout counts in 32 bits; a far date is simply looked at again in a day.
    this.#lookAgainIn(Math.min(Math.max(due - Date.now(), 0) + 1, 86_400_000));
  }

  #lookAgainIn(ms: number): void {
    clearTimeout(this.#dueTimer);
    this.#dueTimer = setTimeout(() => this.lookForJobs(), ms);
    this.#dueTimer.unref();
  }

  #startChunks(): void {
    while (!this.#stopped && this.#diskTrouble === null) {
      const candidates = [...this.#active.values()].filter(
        (active) =>
          active.hasWaitingChunk && (this.#inFlight.get(active.job.spec.model) ?? 0) < IN_FLIGHT_PER_HOST,
      );
      const active = pickNext(candidates, this.#interactiveStreak);
      if (active === undefined) return;
      active.lastTurn = ++this.#turns;
      this.#interactiveStreak = active.class === 'interactive' ? this.#interactiveStreak + 1 : 0;
      this.#track(this.#workOn(active, active.takeChunk()));
    }
  }

  async #workOn(active: ActiveJob, index: number): Promise<void> {
    const model = active.job.spec.model;
    add(this.#inFlight, model, 1);
    add(this.#inHand, active, 1);
    try {
      const samples = await makeChunk(active, index, {
        chunks: this.#o.chunks,
        host: this.#getModel(active.job).host,
        metrics: this.#o.metrics,
      });
      if (!this.#isOurs(active)) return;
      active.finishChunk(index, samples);
      this.#unsaved.add(active);
      this.#o.changes.emit(active.id);
      if (active.isRendered) this.#track(this.#finish(active));
    } catch (error) {
      if (this.#isOurs(active)) await this.#handleChunkError(active, index, error);
    } finally {
      add(this.#inFlight, model, -1);
      add(this.#inHand, active, -1);
      this.#wake();
    }
  }

  async #handleChunkError(active: ActiveJob, index: number, error: unknown): Promise<void> {
    if (this.#stopped) active.giveBackChunk(index);
    else if (isDiskTrouble(error)) {
      active.giveBackChunk(index);
      this.#noteTrouble(error);
    } else if (error instanceof HostDied) {
      await this.#handleCrash(active, index, error);
    } else if (error instanceof TtsError || active.errors >= this.#o.maxRetries) {
      this.#forget(active);
      await this.#fail(active.job, error);
    } else {
      active.errors++;
      active.giveBackChunk(index);
    }
  }

  async #handleCrash(active: ActiveJob, index: number, death: HostDied): Promise<void> {
    const blamed = death.inHand && !death.onPurpose && !this.#getModel(active.job).host.isFailing;
    const crashes = blamed ? await this.#o.store.recordCrash(toClaim(active.job)) : 0;
    if (crashes === undefined) this.#forget(active);
    else if (crashes < MAX_CRASHES) active.giveBackChunk(index);
    else {
      this.#forget(active);
      const message = `${death.message} ${crashes} times on chunk ${index + 1} of this job. The text is kept: tts retry ${active.id}`;
      await this.#fail(active.job, new TtsError('engine_crashed', capitalise(message)));
    }
  }

  async #finish(active: ActiveJob): Promise<void> {
    try {
      const outcome = await this.#o.results.write(
        active,
        this.#getModel(active.job).info.sampleRateHz,
        this.#o.chunks,
      );
      if ('lostChunk' in outcome) {
        active.loseChunk(outcome.lostChunk);
        return;
      }
      if (!this.#isOurs(active)) {
        await this.#o.results.remove(outcome.result.file);
        return;
      }
      const kept = await this.#o.store.complete(toClaim(active.job), {
        result: outcome.result,
        warnings: [...active.warnings],
        progress: active.progress,
        now: Date.now(),
      });
      this.#forget(active);
      if (!kept) await this.#o.results.remove(outcome.result.file);
      this.#o.changes.emit(active.id);
    } catch (error) {
      if (!this.#isOurs(active)) return;
      this.#forget(active);
      if (isDiskTrouble(error)) this.#noteTrouble(error);
      if (isDiskTrouble(error) || this.#stopped) await this.#giveBack(active);
      else await this.#fail(active.job, error);
    } finally {
      this.#wake();
    }
  }

  async #fail(job: RunningJob, error: unknown): Promise<void> {
    const known = error instanceof TtsError;
    if (!known) this.#o.log.error({ err: error, job: job.id }, 'synthesis failed');
    const failure = { code: known ? error.code : ('synthesis_failed' as const), message: getMessage(error) };
    await this.#orOwe(job, () => this.#o.store.fail(toClaim(job), { ...failure, now: Date.now() }));
    this.#o.changes.emit(job.id);
  }

  async #giveBack(active: ActiveJob): Promise<void> {
    this.#forget(active);
    await this.#orOwe(active.job, () => this.#o.store.release(toClaim(active.job)));
    this.#o.changes.emit(active.id);
  }

  /** A job whose last word could not be written goes back to the queue as soon as the disk takes writes again. */
  async #orOwe(job: RunningJob, write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#owed.set(job.id, toClaim(job));
      this.#noteTrouble(error);
    }
  }

  async #settleOwed(): Promise<void> {
    for (const [id, claim] of this.#owed) {
      await this.#o.store.release(claim);
      this.#owed.delete(id);
      this.#mayHaveJobs = { interactive: true, batch: true };
    }
  }

  /** A disk that is full or broken stops the work, not the jobs: they wait until it can be written again. */
  #noteTrouble(error: unknown): void {
    this.#o.log.error({ err: error }, 'the loop stands still');
    this.#diskTrouble = `Results cannot be written: ${getMessage(error)}. Free some space or mend the disk; work goes on by itself.`;
    clearTimeout(this.#diskTimer);
    this.#diskTimer = setTimeout(() => {
      this.#diskTrouble = null;
      this.lookForJobs();
    }, DISK_RETRY_MS);
    this.#diskTimer.unref();
  }

  #saveProgress(): void {
    for (const active of this.#unsaved) {
      this.#o.store
        .saveProgress(toClaim(active.job), active.progress)
        .catch((error: unknown) => this.#noteTrouble(error));
    }
    this.#unsaved.clear();
  }

  #getModel(job: RunningJob) {
    return this.#o.models.get(job.spec.model)!;
  }

  #isOurs(active: ActiveJob): boolean {
    return this.#active.get(active.id) === active;
  }

  #forget(active: ActiveJob): void {
    if (this.#isOurs(active)) this.#active.delete(active.id);
    this.#unsaved.delete(active);
  }

  #track(task: Promise<void>): void {
    const tracked = task
      .catch((error: unknown) => this.#noteTrouble(error))
      .finally(() => this.#tasks.delete(tracked));
    this.#tasks.add(tracked);
  }
}

function toClaim(job: RunningJob): Claim {
  return { id: job.id, attempt: job.attempt };
}

function add<K>(counts: Map<K, number>, key: K, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

function getMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function capitalise(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
