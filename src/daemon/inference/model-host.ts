// Keeps one model's engine host alive as long as it is needed: starts it on first use, starts it again when it
// died, backs off when it keeps dying, and unloads it when idle.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { TtsError } from '../../api/errors.ts';
import type { ChunkInput } from '../../engine/engine.ts';
import type { LoadOptions, SynthesizedChunk } from '../../engine/protocol.ts';
import { type ChunkFollower, EngineHost, HostDied } from './engine-host.ts';
import { type Pace, toUnits } from './pace.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Three deaths in a minute on three jobs say that the host is at fault, not a job. */
const DEATHS_WINDOW_MS = 60_000;
const DEATHS_LIMIT = 3;
/** So many chunks without a death, and the host is taken to be well again. */
const WELL_AFTER_CHUNKS = 10;
/** A model that ends its host this often in a row while it is loaded can't be used. */
const LOAD_DEATHS_LIMIT = 3;
const LOAD_GUESS_MS = 2000;
const BACKOFF_MS = { first: 1000, longest: 60_000 };
/** Said to the host that follows one that died: if it can say this, whatever killed the other lay in the job. */
const PROBE = { text: 'Hello.', speed: 1, seed: 1, params: {} };
/** Hosts of slow machines get a generous deadline until their speed is known. */
const DEADLINE_MS = { perCharUnmeasured: 1000, timesMeasured: 30 };
/**
 * A host that has done so much is replaced between two chunks, whatever leaks in it. It grows by about 160 MiB in its first minute
 * and by 4 MiB a minute after that (docs/benchmarks.md): a healthy one reaches neither before 20 minutes of work without a pause.
 * One whose model is larger may grow by as much as the model has: what it remembers of a text, and of a voice, is large too.
 */
const RECYCLE = { afterChunks: 20_000, grownBytes: 512 * 1024 * 1024 };

export interface ModelHostOptions extends LoadOptions {
  /** Characters through this model, and times it was loaded. */
  pace: Pace;
  loading: Pace;
  idleUnloadMs: number;
  /** What the model is said to take. */
  memoryBytes: number;
  onStart?: () => void;
  /** No chunk is given less time. */
  leastDeadlineMs: number;
  /** One of the model's own, to find out whether its host works; undefined when it has none. */
  probeSpeaker: string | undefined;
  log: Logger;
}

/** A chunk that a host has, and whom it is for. */
interface Sent {
  host: EngineHost;
  signal: AbortSignal;
}

export class ModelHost {
  readonly #options: ModelHostOptions;
  #host: EngineHost | undefined;
  /** Replaced, and still finishing what they have in hand. */
  readonly #retired = new Set<EngineHost>();
  #deaths: { at: number; jobId: string }[] = [];
  #chunksSinceDeath = 0;
  #loadDeaths = 0;
  #backoffMs = 0;
  /** Over when the host may be loaded again. */
  #backoff: Promise<unknown> = Promise.resolve();
  /** Over when the host has shown that it works. */
  #recovery: Promise<void> | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  /** Chunks that wait for the host or are in it. */
  #calls = 0;
  #free: PromiseWithResolvers<void> | undefined;
  /** What the hosts have, in the order sent. */
  readonly #sent: Sent[] = [];
  #device: EngineHost['device'] = null;
  #lastAnswerMs = 0;
  #mostBytes: number;
  /** When the present host was started; Unix milliseconds. */
  upSince = 0;
  #state: 'unloaded' | 'loading' | 'ready' = 'unloaded';

  constructor(options: ModelHostOptions) {
    this.#options = options;
    this.#mostBytes = options.memoryBytes;
  }

  get state(): 'unloaded' | 'loading' | 'ready' | 'backing_off' {
    if (this.#backoffMs > 0) return 'backing_off';
    return this.#recovery === undefined ? this.#state : 'loading';
  }

  get charsPerSec(): number | null {
    const { msPerUnit } = this.#options.pace;
    return msPerUnit === null ? null : 1000 / msPerUnit;
  }

  /** A guess before the model was first loaded. */
  get loadMs(): number {
    return this.#options.loading.msPerUnit ?? LOAD_GUESS_MS;
  }

  /** Where the model runs, or ran when it was last loaded; null before. */
  get device(): EngineHost['device'] {
    return this.#device;
  }

  get rssBytes(): number | null {
    return this.#host?.rssBytes ?? null;
  }

  /** The most that its hosts took, as far as it was seen, and at least what the model is said to take. */
  get memoryBytes(): number {
    this.#mostBytes = Math.max(this.#mostBytes, this.rssBytes ?? 0);
    return this.#mostBytes;
  }

  /** True while the host keeps dying whatever it is given: no job is to be blamed for it. */
  get isFailing(): boolean {
    const since = Date.now() - DEATHS_WINDOW_MS;
    this.#deaths = this.#deaths.filter((death) => death.at >= since);
    return new Set(this.#deaths.map((death) => death.jobId)).size >= DEATHS_LIMIT || this.#backoffMs > 0;
  }

  /** `tookMs` is how long the host was kept from other work. Rejects with `HostDied`, `model_unusable`, the signal's reason, or what the engine said about this chunk. */
  async synthesize(
    jobId: string,
    input: ChunkInput,
    signal: AbortSignal,
    follower: ChunkFollower = {},
  ): Promise<{ chunk: SynthesizedChunk; tookMs: number }> {
    await unlessAborted(Promise.all([this.#backoff, this.#recovery]), signal);
    clearTimeout(this.#idleTimer);
    this.#calls++;
    this.#retireWhenWorn();
    const host = this.#host ?? this.#start();
    const sent = { host, signal };
    try {
      await host.ready.catch((error: unknown) => this.#explainLoadDeath(error));
      this.#sent.push(sent);
      const sentMs = performance.now();
      const chunk = await host.synthesize(input, {
        deadlineMs: this.#getDeadlineMs(toUnits(input.text.length, input.speed)),
        signal,
        ...follower,
      });
      if (++this.#chunksSinceDeath >= WELL_AFTER_CHUNKS) this.#deaths = [];
      const tookMs = performance.now() - Math.max(sentMs, this.#lastAnswerMs);
      this.#options.pace.add(toUnits(input.text.length, input.speed), tookMs);
      return { chunk, tookMs };
    } catch (error) {
      if (error instanceof HostDied && error.inHand && !error.onPurpose) this.#noteDeath(jobId);
      throw error;
    } finally {
      if (--this.#calls === 0) this.#free?.resolve();
      remove(this.#sent, sent);
      this.#lastAnswerMs = performance.now();
      if (this.#host?.requestsInHand === 0) this.#unloadWhenIdle();
    }
  }

  /** Resolves when the model is loaded; rejects with `model_unusable`. */
  async load(): Promise<void> {
    await this.#backoff;
    const host = this.#host ?? this.#start();
    await host.ready.catch((cause: Error) => {
      throw cause instanceof TtsError ? cause : new TtsError('model_unusable', cause.message, { cause });
    });
    if (host.requestsInHand === 0) this.#unloadWhenIdle();
  }

  /** Ends the host when the chunks in hand are made; those that come meanwhile wait, and start another. */
  async unload(why: string): Promise<void> {
    const gone = Promise.withResolvers<void>();
    this.#backoff = Promise.all([this.#backoff, gone.promise]);
    while (this.#calls > 0) {
      this.#free ??= Promise.withResolvers<void>();
      await this.#free.promise;
      this.#free = undefined;
    }
    this.kill(why);
    gone.resolve();
  }

  /** Kills the host; the next chunk starts another. */
  kill(why: string): void {
    for (const host of this.#retired) host.kill(why);
    if (this.#host !== undefined) this.#killOne(this.#host, why);
  }

  /**
   * Kills the host if nobody wants the chunk that it works on, and it still does after the grace; what else it has is for others to
   * give to the next host. Another chunk that it has taken up meanwhile has a grace of its own.
   */
  killIfForNobody(why: string, graceMs: number): void {
    const forNobody = this.#listInHand().filter(({ signal }) => signal.aborted);
    if (forNobody.length === 0) return;
    setTimeout(() => {
      const inHand = this.#listInHand();
      for (const sent of forNobody) if (inHand.includes(sent)) this.#killOne(sent.host, why);
    }, graceMs);
  }

  /** Of each host the chunk that it works on. */
  #listInHand(): Sent[] {
    return this.#sent.filter(
      ({ host }, index) => this.#sent.findIndex((sent) => sent.host === host) === index,
    );
  }

  #killOne(host: EngineHost, why: string): void {
    host.kill(why);
    if (this.#host !== host) return;
    clearTimeout(this.#idleTimer);
    this.#host = undefined;
    this.#state = 'unloaded';
  }

  #start(): EngineHost {
    this.#state = 'loading';
    this.#options.onStart?.();
    this.upSince = Date.now();
    const host = new EngineHost({
      ...this.#options,
      onExit: () => {
        this.#retired.delete(host);
        if (this.#host !== host) return;
        this.#host = undefined;
        this.#state = 'unloaded';
      },
    });
    this.#host = host;
    host.ready.then(
      () => {
        this.#loadDeaths = 0;
        this.#device = host.device;
        if (host.device?.note)
          this.#options.log.warn({ device: host.device }, 'not the device that was wished');
        this.#options.loading.add(1, Date.now() - this.upSince);
        if (this.#host === host) this.#state = 'ready';
      },
      (error: unknown) => {
        if (error instanceof HostDied && !error.onPurpose) this.#noteLoadDeath();
        if (this.#host === host) this.kill('could not load the model');
      },
    );
    return host;
  }

  #noteLoadDeath(): void {
    // A recovery counts for itself.
    if (this.#recovery !== undefined) return;
    this.#loadDeaths++;
    this.#backoff = delay(BACKOFF_MS.first * (this.#loadDeaths - 1), undefined, { ref: false });
  }

  /** Who loads the model is not to blame once or twice: the host may have been killed from outside. */
  #explainLoadDeath(error: unknown): never {
    if (!(error instanceof HostDied) || error.onPurpose || this.#loadDeaths < LOAD_DEATHS_LIMIT) throw error;
    const times = this.#loadDeaths;
    this.#loadDeaths = 0;
    throw new TtsError('model_unusable', `${error.message}, ${times} times in a row. See: tts daemon logs`, {
      cause: error,
    });
  }

  #noteDeath(jobId: string): void {
    this.#chunksSinceDeath = 0;
    this.#deaths.push({ at: Date.now(), jobId });
    if (this.isFailing) this.#backOff();
    this.#recovery ??= this.#recover().finally(() => {
      this.#recovery = undefined;
    });
  }

  #backOff(): void {
    this.#backoffMs = Math.min(this.#backoffMs * 2 || BACKOFF_MS.first, BACKOFF_MS.longest);
    this.#options.log.error({ backoffMs: this.#backoffMs }, 'the engine host keeps dying; backing off');
  }

  /** Resolves when a new host has said what harms none: a job on which that one dies is to be blamed for it. */
  async #recover(): Promise<void> {
    do await delay(this.#backoffMs, undefined, { ref: false });
    while (!(await this.#probe()));
    if (this.#backoffMs > 0) this.#deaths = [];
    this.#backoffMs = 0;
  }

  async #probe(): Promise<boolean> {
    const { probeSpeaker, leastDeadlineMs: deadlineMs } = this.#options;
    const host = this.#host ?? this.#start();
    try {
      await host.ready;
      if (probeSpeaker === undefined) return true;
      const { signal } = new AbortController();
      await host.synthesize({ ...PROBE, speaker: probeSpeaker }, { deadlineMs, signal });
    } catch (error) {
      if (error instanceof HostDied && !error.onPurpose) {
        this.#backOff();
        return false;
      }
      // It lives; what is wrong beside that, whoever asks next is told.
    }
    if (host.requestsInHand === 0) this.#unloadWhenIdle();
    return true;
  }

  #retireWhenWorn(): void {
    const host = this.#host;
    if (host === undefined) return;
    const { chunksDone, grownBytes, loadedBytes } = host;
    if (chunksDone < RECYCLE.afterChunks && grownBytes < Math.max(RECYCLE.grownBytes, loadedBytes)) return;
    this.#options.log.info({ chunksDone, grownBytes }, 'the engine host is replaced');
    this.#retired.add(host);
    this.#host = undefined;
    host.retire('was replaced');
  }

  #getDeadlineMs(units: number): number {
    const { msPerUnit } = this.#options.pace;
    const expectedMs =
      msPerUnit === null
        ? units * DEADLINE_MS.perCharUnmeasured
        : units * msPerUnit * DEADLINE_MS.timesMeasured;
    return Math.max(this.#options.leastDeadlineMs, expectedMs);
  }

  #unloadWhenIdle(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.kill('was idle'), this.#options.idleUnloadMs);
    this.#idleTimer.unref();
  }
}

function remove<T>(from: T[], item: T): void {
  const index = from.indexOf(item);
  if (index !== -1) from.splice(index, 1);
}
