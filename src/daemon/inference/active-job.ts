// A job that the loop has taken up: its plan, which chunks are done, and which goes next.
import type { JobClass } from '../../api/job.ts';
import type { Progress, RunningJob, StoredResult } from '../jobs/job.ts';
import type { HeardChunk } from './heard-chunk.ts';
import { Pace } from './pace.ts';
import type { PlannedChunk } from './plan.ts';
import type { WaitingJob } from './scheduler.ts';

/** What came of writing the result: it is there, or a chunk that it needs has to be made again. */
export type Written = { result: StoredResult } | { lostChunk: number };

export class ActiveJob {
  readonly job: RunningJob;
  readonly plan: readonly PlannedChunk[];
  /** Aborted when the job is cancelled, failed or given back: chunks in hand are for nobody. */
  readonly abort = new AbortController();
  readonly warnings: Set<string>;
  /** Changes when the job is edited. */
  priority: number;
  /** When it was taken up or last had a chunk given out; Unix milliseconds. */
  waitingSince: number;
  /** The host died on it: others go first until the host has made so many chunks. */
  suspectUntil = 0;
  /** What its own chunks took so far. */
  readonly pace = new Pace();
  /** Engine errors so far; each may be tried again up to the configured number. */
  errors = 0;
  /** The result, where it is written while the chunks are made. */
  writing: Promise<Written> | undefined;

  /** Chunks that are not on disk yet, as far as they are made. */
  readonly #heard = new Map<number, HeardChunk>();
  readonly #tellListeners = () => {
    for (const listener of this.#listeners) listener();
  };
  readonly #listeners = new Set<() => void>();
  #nextDone: PromiseWithResolvers<void> | undefined;
  readonly #done: Uint8Array;
  /** Length of each finished chunk's audio in samples. */
  readonly chunkSamples: Uint32Array;
  readonly #again: number[] = [];
  #next = 0;
  #doneChunks = 0;
  #doneChars = 0;
  /** How far the chunks are that are being made, 0 to 1. */
  readonly #underWay = new Map<number, number>();
  readonly #planChars: number;
  /** The furthest that was ever said: a chunk that was lost, or not found again after a restart, takes nothing back. */
  #said: Progress;

  constructor(job: RunningJob, plan: readonly PlannedChunk[]) {
    this.job = job;
    this.priority = job.priority;
    this.waitingSince = Date.now();
    this.#said = { ...job.progress, totalChunks: plan.length };
    this.plan = plan;
    this.warnings = new Set(job.warnings);
    this.#done = new Uint8Array(plan.length);
    this.chunkSamples = new Uint32Array(plan.length);
    this.#planChars = plan.reduce((sum, chunk) => sum + chunk.end - chunk.start, 0);
    const { signal } = this.abort;
    signal.addEventListener('abort', () => this.#nextDone?.reject(signal.reason), { once: true });
  }

  get id(): string {
    return this.job.id;
  }

  get class(): JobClass {
    return this.job.class;
  }

  isChunkDone(index: number): boolean {
    return this.#done[index] === 1;
  }

  /** Rejects with the reason when the job is dropped. */
  async waitForChunk(index: number): Promise<void> {
    while (!this.isChunkDone(index)) {
      this.abort.signal.throwIfAborted();
      this.#nextDone ??= Promise.withResolvers();
      await this.#nextDone.promise;
    }
  }

  /**
   * What there is of a chunk that is not on disk yet: a listener, who is promised nothing for ever, need not wait for that. Undefined
   * while nothing of it was made.
   */
  getHeard(index: number): Pick<HeardChunk, 'pcm' | 'isWhole'> | undefined {
    return this.#heard.get(index);
  }

  /** The chunk's sound is heard there from now on. */
  hear(index: number, heard: HeardChunk): void {
    this.#heard.set(index, heard);
    heard.onMore(this.#tellListeners);
  }

  /** Whatever was heard in this job of the chunk with this key, while it is not on disk. */
  findHeard(key: string): HeardChunk | undefined {
    for (const [index, heard] of this.#heard) if (this.plan[index]!.key === key) return heard;
    return undefined;
  }

  /** Calls `listener` when there is more of a chunk until the returned function is called. */
  onHeard(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get isRendered(): boolean {
    return this.#doneChunks === this.plan.length;
  }

  get remainingChars(): number {
    return this.#planChars - this.#doneChars;
  }

  /** Length of the audio made so far, pauses between chunks aside. */
  get renderedSamples(): number {
    return this.chunkSamples.reduce((sum, samples, index) => sum + this.#done[index]! * samples, 0);
  }

  /** The chunk that it gives out next; undefined when there is none. */
  get nextChunk(): PlannedChunk | undefined {
    return this.plan[this.#again[0] ?? this.#next];
  }

  /** How the scheduler sees it; undefined while it has no chunk to give out. */
  get waiting(): Omit<WaitingJob, 'isSuspect'> | undefined {
    const next = this.nextChunk;
    if (next === undefined) return undefined;
    const { id, class: jobClass, submitter, createdAt, seq, textChars, spec } = this.job;
    return {
      id,
      class: jobClass,
      submitter,
      priority: this.priority,
      createdAt,
      seq,
      model: spec.model,
      chars: Math.max(1, textChars),
      nextChunkChars: getChars(next),
      waitingSince: this.waitingSince,
    };
  }

  /** Characters of chunks, so that white space between them does not count; scaled to the text's own length. */
  get progress(): Progress {
    const share = this.#planChars === 0 ? 1 : (this.#doneChars + this.#underWayChars) / this.#planChars;
    this.#said = {
      doneChars: Math.max(this.#said.doneChars, Math.floor(share * this.job.textChars)),
      doneChunks: Math.min(this.plan.length, Math.max(this.#said.doneChunks, this.#doneChunks)),
      totalChunks: this.plan.length,
    };
    return this.#said;
  }

  get #underWayChars(): number {
    let chars = 0;
    for (const [index, share] of this.#underWay) chars += share * getChars(this.plan[index]!);
    return chars;
  }

  /** `share`: 0 to 1, of the work on the chunk. */
  noteProgress(index: number, share: number): void {
    if (!this.isChunkDone(index)) this.#underWay.set(index, share);
  }

  /** Index of the next chunk to work on; it counts as taken. */
  takeChunk(): number {
    this.waitingSince = Date.now();
    return this.#again.shift() ?? this.#next++;
  }

  giveBackChunk(index: number): void {
    this.#underWay.delete(index);
    this.#again.push(index);
    this.#again.sort((a, b) => a - b);
  }

  /** It is on disk. */
  finishChunk(index: number, samples: number): void {
    this.#heard.delete(index);
    this.chunkSamples[index] = samples;
    this.#underWay.delete(index);
    if (this.#done[index] === 1) return;
    this.#done[index] = 1;
    this.#doneChunks++;
    this.#doneChars += getChars(this.plan[index]!);
    this.#nextDone?.resolve();
    this.#nextDone = undefined;
  }

  /** The stored audio of a finished chunk was lost: it has to be made again. */
  loseChunk(index: number): void {
    this.#done[index] = 0;
    this.#doneChunks--;
    this.#doneChars -= getChars(this.plan[index]!);
    this.giveBackChunk(index);
  }
}

function getChars(chunk: PlannedChunk): number {
  return chunk.end - chunk.start;
}
