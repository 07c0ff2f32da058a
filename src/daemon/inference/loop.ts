// The inference loop: takes jobs up, hands their chunks to engine hosts, keeps the audio, and ends the jobs.
// Whatever happens, two things follow: the scheduler is asked at once what the hosts do next, and in the background
// queued jobs are taken up while there is room. Dividing a long text keeps neither a host nor another job waiting.
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
import { HeardChunk } from './heard-chunk.ts';
import { type Clips, makeChunk } from './make-chunk.ts';
import type { ModelHost } from './model-host.ts';
import { type ChunkFlight, ModelLane, type Taker } from './model-lane.ts';
import { toUnits } from './pace.ts';
import type { Paces } from './paces.ts';
import type { JobPlanner, PlannedChunk } from './plan.ts';
import type { ResultFiles } from './result-files.ts';
import { decide } from './scheduler.ts';

/** Jobs taken up at once: enough that a short job need not wait for a long one, few enough to keep their texts in memory. */
const MAX_ACTIVE: Record<JobClass, number> = { interactive: 64, batch: 32 };
/** Beyond that every submitter may have one, so that nobody waits for the end of somebody else's book. */
const MAX_SUBMITTERS = 256;
/** Jobs claimed in one write. */
const CLAIM: Record<JobClass, number> = { interactive: 64, batch: 8 };
/** A chunk that is cancelled with `now` may end by itself within this; killing a host costs loading the model again. */
const CANCEL_GRACE_MS = 50;
/** A job whose chunks killed the host this often is poisonous. */
const MAX_CRASHES = 2;
/** Chunks and results on their way to the disk before the hosts wait for it. */
const MAX_UNWRITTEN = 16;
const PROGRESS_SAVE_MS = 1000;
const DISK_RETRY_MS = 5000;
/** While the host keeps dying, nobody tells when it is well again. */
const TROUBLE_LOOK_MS = 1000;
/** The clock may be set while a job waits for its time: looked at again no later than this. */
const DUE_LOOK_MS = 60_000;
const PACE_SAVE_MS = 10_000;

export interface LoopOptions {
  store: JobStore;
  chunks: ChunkStore;
  clips: Clips;
  results: ResultFiles;
  planner: JobPlanner;
  models: ReadonlyMap<string, { info: ModelInfo; host: ModelHost }>;
  changes: JobChanges;
  paces: Paces;
  owner: string;
  maxRetries: number;
  metrics: Metrics;
  /** Models loaded at the same time. */
  maxUp: number;
  maxUpBytes: number;
  /** Share of a submitter beside others; 1 for those not named. */
  weights: ReadonlyMap<string, number>;
  isPaused: boolean;
  log: Logger;
}

export class InferenceLoop {
  readonly #o: LoopOptions;
  readonly #active = new Map<string, ActiveJob>();
  /** Claimed, but not yet divided into chunks; one that is dropped meanwhile is taken out. */
  readonly #unplanned = new Map<string, RunningJob>();
  readonly #lanes = new Map<string, ModelLane>();
  readonly #listenedTo = new Set<readonly PlannedChunk[]>();
  /** Claims that a broken disk kept us from giving back. */
  readonly #owed = new Map<string, Claim>();
  /** Chunks and endings under way, which a drain waits for. */
  readonly #tasks = new Set<Promise<void>>();
  readonly #unsaved = new Set<ActiveJob>();
  /** False once a claim has emptied the queue of the class, until somebody says that there may be more. */
  #mayHaveJobs: Record<JobClass, boolean> = { interactive: true, batch: true };
  #refilling: Promise<void> | undefined;
  #refillWanted = false;
  #isPlanningBatch = false;
  #paused: boolean;
  #stopped = false;
  #diskTrouble: string | null = null;
  #dueTimer: NodeJS.Timeout | undefined;
  #diskTimer: NodeJS.Timeout | undefined;
  readonly #saveTimers: readonly NodeJS.Timeout[];

  constructor(options: LoopOptions) {
    this.#o = options;
    this.#paused = options.isPaused;
    this.#saveTimers = [
      setInterval(() => this.#saveProgress(), PROGRESS_SAVE_MS),
      setInterval(() => this.#savePaces(), PACE_SAVE_MS),
    ];
    for (const timer of this.#saveTimers) timer.unref();
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

  /** Chunks in hand are finished, no other is started and no job taken up, until it goes on. */
  get isPaused(): boolean {
    return this.#paused;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.lookForJobs();
  }

  /** A job was submitted, or put back into the queue. */
  lookForJobs(): void {
    this.#mayHaveJobs = { interactive: true, batch: true };
    this.#wake();
  }

  /** Something may have become possible. */
  #wake(): void {
    if (this.#stopped || this.#paused) return;
    this.#startChunks();
    this.#refillWanted = true;
    this.#refilling ??= this.#refill();
  }

  /** The job is no longer ours: its chunks in hand are dropped; with `now` the host that works on one is killed. */
  drop(id: string, { now }: { now: boolean }): void {
    this.#unplanned.delete(id);
    const active = this.#active.get(id);
    if (active === undefined) return;
    this.#forget(active);
    this.#abort(active, new TtsError('job_cancelled', `Job ${id} was cancelled.`));
    if (now) this.#getLane(active.job).host.killIfForNobody('was killed by a cancel', CANCEL_GRACE_MS);
    this.#wake();
  }

  /** The job was edited. */
  setPriority(id: string, priority: number): void {
    const active = this.#active.get(id);
    if (active !== undefined) active.priority = priority;
  }

  /** Takes nothing new up, finishes the chunks in hand, gives every job back. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#saveTimers) clearInterval(timer);
    clearTimeout(this.#dueTimer);
    clearTimeout(this.#diskTimer);
    await this.#refilling;
    await Promise.allSettled(this.#tasks);
    for (const active of [...this.#active.values()]) await this.#giveBack(active);
    for (const job of this.#unplanned.values())
      await this.#orOwe(job, () => this.#o.store.release(toClaim(job)));
    await this.#savePaces();
  }

  /** Breaks off what `stop` still waits for: results being written, chunks in hand. Nothing of it is held against a job. */
  breakOff(): void {
    for (const active of this.#active.values()) this.#abort(active, new Error('ttsd is shutting down'));
  }

  #abort(active: ActiveJob, reason: Error): void {
    active.abort.abort(reason);
    this.#getLane(active.job).abort(active, reason);
  }

  async #refill(): Promise<void> {
    try {
      while (this.#refillWanted && !this.#stopped && !this.#paused) {
        this.#refillWanted = false;
        await this.#settleOwed();
        await this.#takeUpJobs();
      }
    } catch (error) {
      this.#noteTrouble(error);
    } finally {
      this.#refilling = undefined;
    }
  }

  async #takeUpJobs(): Promise<void> {
    if (this.trouble !== null) return this.#lookAgainIn(TROUBLE_LOOK_MS);
    for (const job of await this.#claim('interactive')) this.#track(this.#takeUp(job));
    // Of batch only what can be planned soon: whatever is claimed is shown as running.
    if (!this.#isPlanningBatch && (await this.#claim('batch')).length > 0) this.#track(this.#takeUpBatch());
  }

  async #takeUpBatch(): Promise<void> {
    this.#isPlanningBatch = true;
    try {
      const find = () => [...this.#unplanned.values()].find((job) => job.class === 'batch');
      for (let job = find(); job !== undefined && !this.#stopped; job = find()) await this.#takeUp(job);
    } finally {
      this.#isPlanningBatch = false;
      this.#wake();
    }
  }

  async #claim(name: JobClass): Promise<RunningJob[]> {
    const taken = [
      ...[...this.#active.values()].map((active) => active.class),
      ...[...this.#unplanned.values()].map((job) => job.class),
    ].filter((other) => other === name).length;
    const limit = Math.max(0, Math.min(CLAIM[name], MAX_ACTIVE[name] - taken));
    const newcomerLimit = limit > 0 ? 0 : Math.max(0, Math.min(CLAIM[name], MAX_SUBMITTERS - taken));
    if (limit + newcomerLimit === 0 || !this.#mayHaveJobs[name] || this.#paused) return [];
    // Before the claim: a job that is submitted meanwhile must not be overlooked.
    this.#mayHaveJobs[name] = false;
    const { store, owner } = this.#o;
    const jobs = await store.claim({ class: name, owner, limit, newcomerLimit, now: Date.now() });
    for (const job of jobs) this.#unplanned.set(job.id, job);
    if (jobs.length === limit + newcomerLimit) this.#mayHaveJobs[name] = true;
    else this.#track(this.#wakeWhenDue());
    return jobs;
  }

  async #takeUp(job: RunningJob): Promise<void> {
    try {
      const plan = await this.#o.planner.plan(job);
      if (this.#unplanned.get(job.id) !== job || this.#stopped) return;
      this.#unplanned.delete(job.id);
      const active = new ActiveJob(job, plan);
      this.#active.set(job.id, active);
      this.#o.changes.emit(job.id);
      if (active.isRendered) this.#track(this.#finish(active));
      else active.writing = this.#o.results.writeAlong(active, this.#getSampleRateHz(active), this.#o.chunks);
      this.#wake();
    } catch (error) {
      this.#unplanned.delete(job.id);
      await this.#fail(job, error);
    }
  }

  async #wakeWhenDue(): Promise<void> {
    const due = await this.#o.store.getNextDue();
    clearTimeout(this.#dueTimer);
    if (due !== undefined) this.#lookAgainIn(Math.min(Math.max(due - Date.now(), 0) + 1, DUE_LOOK_MS));
  }

  #lookAgainIn(ms: number): void {
    clearTimeout(this.#dueTimer);
    this.#dueTimer = setTimeout(() => this.lookForJobs(), ms);
    this.#dueTimer.unref();
  }

  #startChunks(): void {
    while (!this.#stopped && !this.#paused && this.#diskTrouble === null) {
      const { maxUp, maxUpBytes, weights } = this.#o;
      for (const active of this.#active.values()) this.#getLane(active.job).join(active);
      const step = decide({
        now: Date.now(),
        jobs: [...this.#active.values()].flatMap(
          (active) => this.#getLane(active.job).describe(active) ?? [],
        ),
        lanes: [...this.#lanes.values()].map(({ lane }) => lane),
        maxUp,
        maxUpBytes,
        weights,
      });
      if (step === undefined) return;
      if (step.do === 'unload') this.#lanes.get(step.model)!.host.kill('made room for another model');
      else if (step.do === 'withdraw') this.#lanes.get(step.model)!.withdraw();
      else {
        const active = this.#active.get(step.job.id)!;
        const lane = this.#getLane(active.job);
        this.#track(this.#fly(lane, lane.start(active, { ...step, weights })));
      }
    }
  }

  async #fly(lane: ModelLane, flight: ChunkFlight): Promise<void> {
    const listTakers = () => flight.takers.filter(({ active }) => this.#isOurs(active));
    const noteChange = (active: ActiveJob) => {
      this.#unsaved.add(active);
      this.#o.changes.emit(active.id);
    };
    try {
      const { samples, warnings } = await makeChunk(flight.takers[0]!, {
        chunks: this.#o.chunks,
        clips: this.#o.clips,
        host: lane.host,
        metrics: this.#o.metrics,
        signal: flight.abort.signal,
        onBegin: () => this.#beginSound(flight),
        onProgress: (share) => {
          for (const { active, index } of listTakers()) {
            active.noteProgress(index, share);
            noteChange(active);
          }
        },
        onMade: () => {
          lane.noteMade();
          // The disk need not keep the host waiting, unless it cannot follow at all.
          if (this.#tasks.size > MAX_UNWRITTEN) return;
          lane.land(flight);
          this.#wake();
        },
      });
      lane.end(flight);
      for (const { active, index } of listTakers()) {
        for (const warning of warnings) active.warnings.add(warning);
        active.finishChunk(index, samples);
        noteChange(active);
        if (active.isRendered) this.#track(this.#finish(active));
      }
    } catch (error) {
      lane.end(flight);
      // One job answers for it; for the others it is made again.
      const [first, ...others] = listTakers();
      for (const { active, index } of others) active.giveBackChunk(index);
      if (first === undefined) return;
      if (flight.isWithdrawn) first.active.giveBackChunk(first.index);
      else await this.#handleChunkError(first, error);
    } finally {
      lane.land(flight);
      this.#wake();
    }
  }

  /** What was heard of a chunk in any job is its beginning in all of them. */
  #beginSound(flight: ChunkFlight): HeardChunk {
    let heard: HeardChunk | undefined;
    for (const active of this.#active.values()) heard ??= active.findHeard(flight.key);
    heard ??= new HeardChunk();
    heard.begin();
    for (const { active, index } of flight.takers) active.hear(index, heard);
    flight.heard = heard;
    return heard;
  }

  async #handleChunkError({ active, index }: Taker, error: unknown): Promise<void> {
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
    if (death.inHand) this.#getLane(active.job).suspect(active);
    const blamed = death.inHand && !death.onPurpose && !this.#getLane(active.job).host.isFailing;
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
    const { spec, textChars } = active.job;
    const startMs = performance.now();
    try {
      // What went wrong on the way may be over by now, and is said again if it is not.
      const along = await active.writing?.catch(() => undefined);
      const outcome =
        along !== undefined && 'result' in along
          ? along
          : await this.#o.results.write(active, this.#getSampleRateHz(active), this.#o.chunks);
      if ('lostChunk' in outcome) {
        active.loseChunk(outcome.lostChunk);
        active.writing = undefined;
        return;
      }
      if (!this.#isOurs(active)) {
        await this.#o.results.remove(outcome.result.file);
        return;
      }
      this.#o.paces.ofWriting(spec.format).add(toUnits(textChars, spec.speed), performance.now() - startMs);
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

  #savePaces(): Promise<void> {
    return this.#o.paces.save().catch((error: unknown) => this.#noteTrouble(error));
  }

  /** A plan is only made for a model that is there, and a model that has a plan is not removed. */
  #getLane(job: RunningJob): ModelLane {
    const id = job.spec.model;
    const { host } = this.#o.models.get(id)!;
    const found = this.#lanes.get(id);
    // One that was removed and pulled again has another host.
    if (found?.host === host) return found;
    const lane = new ModelLane(id, host);
    this.#lanes.set(id, lane);
    return lane;
  }

  #getSampleRateHz({ job }: ActiveJob): number {
    return this.#o.models.get(job.spec.model)!.info.sampleRateHz;
  }

  #isOurs(active: ActiveJob): boolean {
    return this.#active.get(active.id) === active;
  }

  #forget(active: ActiveJob): void {
    if (this.#isOurs(active)) this.#active.delete(active.id);
    this.#unsaved.delete(active);
    active.abort.abort(new Error('the job is not worked on any more'));
    // Whose job it was may take up another.
    this.#mayHaveJobs[active.class] = true;
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

function getMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function capitalise(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
