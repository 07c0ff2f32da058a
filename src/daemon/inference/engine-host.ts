// One engine host seen from the daemon: starts the child, hands it chunks, and knows when it is dead or stuck.
import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import type { Logger } from 'pino';
import { TtsError } from '../../api/errors.ts';
import type { ChunkInput } from '../../engine/engine.ts';
import type { Device } from '../../engine/model/device.ts';
import {
  type FromHost,
  HEARTBEAT_MS,
  type LoadOptions,
  type SynthesizedChunk,
  type ToHost,
} from '../../engine/protocol.ts';
import { parseFromHost } from './parse-from-host.ts';

const HOST_ENTRY = new URL(`../../engine/host${extname(import.meta.filename)}`, import.meta.url);
/** A host with nothing to do beats every second; this long without a beat it is stuck. */
const SILENCE_MS = 15 * HEARTBEAT_MS;
/** A large model gets more time: so much of it is loaded even by a slow machine with much else to do. */
const LOAD_DEADLINE = { leastMs: 120_000, bytesPerMs: 10_000 };
/** From when it has said that it ends. */
const END_MS = 1000;

/** The host ended with this request unanswered. `inHand`: it was being worked on, so it may be the cause. */
export class HostDied extends Error {
  override readonly name = 'HostDied';
  readonly inHand: boolean;
  /** True when the daemon itself ended the host for a reason that is not the chunk's. */
  readonly onPurpose: boolean;

  constructor(message: string, inHand: boolean, onPurpose: boolean) {
    super(message);
    this.inHand = inHand;
    this.onPurpose = onPurpose;
  }
}

/** What is heard of a chunk before it is whole. */
export interface ChunkFollower {
  /** More of its s16le audio, which will not change; all parts, joined, are its `pcm`. */
  onPart?: (pcm: Buffer) => void;
  /** 0 to 1. */
  onProgress?: (share: number) => void;
}

interface Request extends ChunkFollower {
  id: number;
  deadlineMs: number;
  settle: (outcome: SynthesizedChunk | Error) => void;
}

export interface EngineHostOptions extends LoadOptions {
  /** What the model is said to take. */
  memoryBytes: number;
  log: Logger;
  onExit: (why: string) => void;
}

export class EngineHost {
  /** Where the model runs, and why not where it was wished. Null until it is loaded. */
  device: { name: Device; note: string | null } | null = null;
  /** Settles when the model is loaded; rejects with `model_unusable` when it cannot be, with `HostDied` when the host ended before. */
  readonly ready: Promise<void>;
  rssBytes: number | null = null;
  /** What it had when it was loaded and had made nothing yet. */
  #loadedRssBytes: number | null = null;
  /** Chunks that it was asked for and answered. */
  chunksDone = 0;

  readonly #child: ChildProcess;
  readonly #log: Logger;
  /** In the order sent; the first is the one in hand. */
  readonly #requests: Request[] = [];
  #nextId = 1;
  #timer: NodeJS.Timeout | undefined;
  /** Until then the deadline is that of loading, during which the host may be silent for long. */
  #isLoaded = false;
  /** The request the deadline runs for: a heartbeat must not prolong it. */
  #watched: number | undefined;
  #killedBecause: string | undefined;
  #onPurpose = false;
  #retiredBecause: string | undefined;
  #lastWords = '';

  constructor({ modelDir, memoryBytes, device, threads, cacheDir, log, onExit }: EngineHostOptions) {
    this.#log = log;
    this.#child = fork(HOST_ENTRY, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    // Whoever waits sees the rejection; nobody waiting is no reason to end the daemon.
    promise.catch(() => {});
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-2000);
    });
    this.#child.on('message', (message: unknown) => {
      // What comes after the kill is not waited for any more.
      if (this.#killedBecause !== undefined) return;
      try {
        this.#hear(parseFromHost(message), { resolve, reject });
      } catch (error) {
        this.#end(`sent what makes no sense (${(error as Error).message}) and was killed`);
      }
    });
    this.#child.on('error', (error) => this.#log.error({ err: error }, 'engine host'));
    const noteEnd = (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(this.#timer);
      const why = this.#killedBecause ?? `ended with ${signal ?? `exit code ${code}`}`;
      if (!this.#onPurpose) log.warn({ why, stderr: this.#lastWords || undefined }, 'engine host died');
      reject(new HostDied(`the engine host ${why} while it loaded the model`, false, this.#onPurpose));
      onExit(why);
      for (const [index, request] of this.#requests.splice(0).entries()) {
        request.settle(new HostDied(`the engine host ${why}`, index === 0, this.#onPurpose));
      }
    };
    this.#child.once('exit', (code, signal) => {
      // What it answered before its end may still be on the way, and says which chunk it died on.
      if (this.#child.connected) this.#child.once('disconnect', () => noteEnd(code, signal));
      else noteEnd(code, signal);
    });
    this.#send({
      type: 'load',
      modelDir,
      ...(device !== undefined && { device }),
      ...(threads !== undefined && { threads }),
      ...(cacheDir !== undefined && { cacheDir }),
    });
    const { leastMs, bytesPerMs } = LOAD_DEADLINE;
    this.#arm(Math.max(leastMs, memoryBytes / bytesPerMs), 'did not load the model in time');
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get requestsInHand(): number {
    return this.#requests.length;
  }

  /** Rejects with `HostDied`, with the signal's reason, or with what the engine said. The deadline counts from when the host takes the chunk up. */
  async synthesize(
    input: ChunkInput,
    options: { deadlineMs: number; signal: AbortSignal } & ChunkFollower,
  ): Promise<SynthesizedChunk> {
    options.signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<SynthesizedChunk>();
    const id = this.#nextId++;
    this.#requests.push({
      id,
      deadlineMs: options.deadlineMs,
      ...(options.onPart && { onPart: options.onPart }),
      ...(options.onProgress && { onProgress: options.onProgress }),
      settle: (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)),
    });
    const abort = () => this.#send({ type: 'abort', requestId: id });
    options.signal.addEventListener('abort', abort, { once: true });
    this.#send({ type: 'synthesize', requestId: id, input });
    if (this.#requests.length === 1) this.#watch();
    try {
      return await promise;
    } finally {
      options.signal.removeEventListener('abort', abort);
    }
  }

  get grownBytes(): number {
    return this.rssBytes === null || this.#loadedRssBytes === null ? 0 : this.rssBytes - this.#loadedRssBytes;
  }

  /** What it had when it was loaded and had made nothing yet; 0 until that is known. */
  get loadedBytes(): number {
    return this.#loadedRssBytes ?? 0;
  }

  /** Ends the child as soon as it has answered what it was given. */
  retire(why: string): void {
    this.#retiredBecause = why;
    if (this.#requests.length === 0) this.kill(why);
  }

  /** Ends the child at once. Requests reject with `HostDied` marked as on purpose. */
  kill(why: string): void {
    this.#onPurpose = true;
    this.#end(why);
  }

  #end(why: string): void {
    this.#killedBecause = why;
    this.#child.kill('SIGKILL');
  }

  #hear(message: FromHost, loading: { resolve: () => void; reject: (error: Error) => void }): void {
    if (message.type === 'ending') {
      this.#arm(END_MS, `hung while it ended with exit code ${message.code}`);
      return;
    }
    if (message.type === 'ready') {
      this.#isLoaded = true;
      this.device = { name: message.device, note: message.deviceNote };
      loading.resolve();
    } else if (message.type === 'load-failed')
      loading.reject(new TtsError('model_unusable', message.message));
    else if (message.type === 'beat') {
      this.rssBytes = message.rssBytes;
      this.#loadedRssBytes ??= message.rssBytes;
    } else if (message.type === 'part' || message.type === 'progress') this.#tell(message);
    else this.#answer(message);
    this.#watch();
  }

  /** Of a chunk that nobody waits for any more there may still be news on the way. */
  #tell(message: Extract<FromHost, { type: 'part' | 'progress' }>): void {
    const request = this.#requests.find(({ id }) => id === message.requestId);
    if (message.type === 'progress') request?.onProgress?.(message.share);
    else {
      const { buffer, byteOffset, byteLength } = message.pcm;
      request?.onPart?.(Buffer.from(buffer, byteOffset, byteLength));
    }
  }

  #answer(message: Extract<FromHost, { type: 'audio' | 'failed' }>): void {
    const index = this.#requests.findIndex((request) => request.id === message.requestId);
    if (index === -1) throw new Error(`an answer to request ${message.requestId}, which nobody made`);
    const [request] = this.#requests.splice(index, 1);
    this.chunksDone++;
    request!.settle(message.type === 'audio' ? message : new Error(message.message));
    if (this.#retiredBecause !== undefined && this.#requests.length === 0) this.kill(this.#retiredBecause);
  }

  #watch(): void {
    if (!this.#isLoaded) return;
    const [inHand] = this.#requests;
    if (inHand === undefined) this.#arm(SILENCE_MS, 'fell silent');
    else if (inHand.id !== this.#watched) this.#arm(inHand.deadlineMs, 'passed the deadline of a chunk');
    this.#watched = inHand?.id;
  }

  #arm(ms: number, why: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#end(`${why} and was killed`);
    }, ms);
    this.#timer.unref();
  }

  #send(message: ToHost): void {
    if (this.#child.connected) this.#child.send(message);
  }
}
