// Moves what is in the log into the database beside the writes. Done by the writer itself, as is SQLite's custom, it holds up one
// write in a hundred: in a table of a million, the pages of a log are strewn over all of it.
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type Database from 'better-sqlite3';

/** The pages that SQLite itself waits for by default. */
const BEGIN_PAGES = 1000;
/** The log begins anew only where nothing was written while it was moved; from this length on the writer sees to that. */
const LONG_PAGES = 4 * BEGIN_PAGES;
/** Longer than any checkpoint that a disk comes to an end with. */
const SETTLE_MS = 60_000;

export const IDLE = 0;
export const BUSY = 1;

export interface CheckpointThreadData {
  file: string;
  /** One word, `IDLE` or `BUSY`, seen by both threads. */
  state: Int32Array;
}

export class Checkpoints {
  readonly #file: string;
  readonly #state = new Int32Array(new SharedArrayBuffer(4));
  /** Begun when it is first needed: most runs of ttsd write less than that. */
  #thread: Worker | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** Call after each commit. Returns at once, but for what little is left of a long log. */
  look(db: Database.Database): void {
    if (Atomics.load(this.#state, 0) === BUSY) return;
    const { inLog, toMove } = checkpoint(db, 'NOOP');
    if (toMove < BEGIN_PAGES) {
      if (inLog >= LONG_PAGES) checkpoint(db, 'PASSIVE');
      return;
    }
    Atomics.store(this.#state, 0, BUSY);
    this.#thread ??= this.#begin();
    this.#thread.postMessage('checkpoint');
  }

  /**
   * Waits until the other thread has let go of the database. To be called before the store closes it: only the last connection that
   * closes takes the log away, and only without others is the next one opened anew.
   */
  settle(): void {
    Atomics.wait(this.#state, 0, BUSY, SETTLE_MS);
  }

  #begin(): Worker {
    const script = new URL(`./checkpoint-thread${extname(import.meta.filename)}`, import.meta.url);
    const workerData: CheckpointThreadData = { file: this.#file, state: this.#state };
    const thread = new Worker(script, { name: 'ttsd-checkpoint', workerData });
    thread.unref();
    thread.on('error', () => {});
    thread.on('exit', () => {
      this.#thread = undefined;
      Atomics.store(this.#state, 0, IDLE);
      Atomics.notify(this.#state, 0);
    });
    return thread;
  }
}

/** In pages; `toMove` are those that are not in the database yet. `NOOP` moves nothing. */
function checkpoint(db: Database.Database, mode: 'NOOP' | 'PASSIVE'): { inLog: number; toMove: number } {
  try {
    const [found] = db.pragma(`wal_checkpoint(${mode})`) as { log: number; checkpointed: number }[];
    return { inLog: found!.log, toMove: found!.log - found!.checkpointed };
  } catch {
    // The commit is in the log, which is where it counts: what a full or failing disk did not take is moved later.
    return { inLog: 0, toMove: 0 };
  }
}
