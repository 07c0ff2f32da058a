// A job that the loop has taken up: its plan, which chunks are done, and which goes next.
import type { JobClass } from '../../api/job.ts';
import type { Progress, RunningJob } from '../jobs/job.ts';
import type { PlannedChunk } from './plan.ts';
import type { Candidate } from './scheduler.ts';

export class ActiveJob implements Candidate {
  readonly job: RunningJob;
  readonly plan: readonly PlannedChunk[];
  /** Aborted when the job is cancelled, failed or given back: chunks in hand are for nobody. */
  readonly abort = new AbortController();
  readonly warnings: Set<string>;
  lastTurn = 0;
  /** Engine errors so far; each may be tried again up to the configured number. */
  errors = 0;

  readonly #done: Uint8Array;
  /** Length of each finished chunk's audio in samples. */
  readonly chunkSamples: Uint32Array;
  readonly #again: number[] = [];
  #next = 0;
  #doneChunks = 0;
  #doneChars = 0;
  readonly #planChars: number;

  constructor(job: RunningJob, plan: readonly PlannedChunk[]) {
    this.job = job;
    this.plan = plan;
    this.warnings = new Set(job.warnings);
    this.#done = new Uint8Array(plan.length);
    this.chunkSamples = new Uint32Array(plan.length);
    this.#planChars = plan.reduce((sum, chunk) => sum + chunk.end - chunk.start, 0);
  }

  get id(): string {
    return this.job.id;
  }

  get class(): JobClass {
    return this.job.class;
  }

  get priority(): number {
    return this.job.priority;
  }

  get seq(): number {
    return this.job.seq;
  }

  get hasWaitingChunk(): boolean {
    return this.#again.length > 0 || this.#next < this.plan.length;
  }

  isChunkDone(index: number): boolean {
    return this.#done[index] === 1;
  }

  get isRendered(): boolean {
    return this.#doneChunks === this.plan.length;
  }

  get remainingChars(): number {
    return this.#planChars - this.#doneChars;
  }

  /** Characters of chunks, so that white space between them does not count; scaled to the text's own length. */
  get progress(): Progress {
    const share = this.#planChars === 0 ? 1 : this.#doneChars / this.#planChars;
    return {
      doneChars: Math.floor(share * this.job.textChars),
      doneChunks: this.#doneChunks,
      totalChunks: this.plan.length,
    };
  }

  /** Index of the next chunk to work on; it counts as taken. */
  takeChunk(): number {
    return this.#again.shift() ?? this.#next++;
  }

  giveBackChunk(index: number): void {
    this.#again.push(index);
    this.#again.sort((a, b) => a - b);
  }

  finishChunk(index: number, samples: number): void {
    this.chunkSamples[index] = samples;
    if (this.#done[index] === 1) return;
    this.#done[index] = 1;
    this.#doneChunks++;
    this.#doneChars += getChars(this.plan[index]!);
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
