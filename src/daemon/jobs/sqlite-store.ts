// The job store on SQLite, as the daemon sees it: every call goes to the store's own thread and comes back.
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { TtsError } from '../../api/errors.ts';
import type { CommitCounts } from './group-commit.ts';
import type { Job } from './job.ts';
import { toNewRow, toQueuedJob } from './new-row.ts';
import type { JobStore } from './store.ts';
import { type Commit, type ThreadMessage, type ThreadRequest, unpackError } from './thread-protocol.ts';

export interface SqliteStore extends JobStore {
  /** Commits and the writes in them, since opening. */
  getStats(): Promise<CommitCounts>;
}

export interface SqliteStoreOptions {
  dataDir: string;
  /** The thread is gone: nothing can be stored any more. Called at most once, never after `close`. */
  onFailure: (error: TtsError) => void;
  /** After each commit, with the seconds it took. */
  onCommit?: (tookSec: number) => void;
}

/**
 * Takes the directory's lock, opens `ttsd.db` in it and brings it up to date. Throws `data_dir_unusable`,
 * `already_running`, `database_corrupt`, `database_newer`, `disk_full` or `storage_failed`.
 */
export async function openSqliteStore({
  dataDir,
  onFailure,
  onCommit,
}: SqliteStoreOptions): Promise<SqliteStore> {
  const listeners = new Set<() => void>();
  const send = await startThread(dataDir, {
    onFailure,
    onCommit: ({ tookMs, changed }) => {
      onCommit?.(tookMs / 1000);
      if (changed) for (const listener of listeners) listener();
    },
  });
  let closed: Promise<void> | undefined;

  /** The method of that name, done by the thread. */
  function remote<Name extends Exclude<keyof SqliteStore, 'submit' | 'close' | 'onChange'>>(
    operation: Name,
  ): SqliteStore[Name] {
    return ((...args: unknown[]) =>
      closed === undefined ? send(operation, args) : Promise.reject(describeClosed())) as SqliteStore[Name];
  }

  return {
    async submit(jobs, now) {
      if (closed !== undefined) throw describeClosed();
      const outcomes = (await send('submit', [jobs.map(toNewRow), now])) as (number | Job)[];
      return outcomes.map((found, index) =>
        typeof found === 'number'
          ? { job: toQueuedJob(jobs[index]!, { seq: found, now }), existing: false }
          : { job: found, existing: true },
      );
    },
    get: remote('get'),
    listByPrefix: remote('listByPrefix'),
    getText: remote('getText'),
    list: remote('list'),
    search: remote('search'),
    getQueuePosition: remote('getQueuePosition'),
    getRank: remote('getRank'),
    count: remote('count'),
    getOverview: remote('getOverview'),
    isModelNeeded: remote('isModelNeeded'),
    isClipNeeded: remote('isClipNeeded'),
    getOldestQueued: remote('getOldestQueued'),
    getLastChange: remote('getLastChange'),
    listChanges: remote('listChanges'),
    getChange: remote('getChange'),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    claim: remote('claim'),
    getNextDue: remote('getNextDue'),
    edit: remote('edit'),
    listTurns: remote('listTurns'),
    keepNote: remote('keepNote'),
    listNotes: remote('listNotes'),
    saveProgress: remote('saveProgress'),
    complete: remote('complete'),
    fail: remote('fail'),
    release: remote('release'),
    recordCrash: remote('recordCrash'),
    cancel: remote('cancel'),
    retry: remote('retry'),
    rescue: remote('rescue'),
    listResults: remote('listResults'),
    getOldestInterrupted: remote('getOldestInterrupted'),
    requeue: remote('requeue'),
    markFetched: remote('markFetched'),
    expire: remote('expire'),
    shrink: remote('shrink'),
    getLatestTime: remote('getLatestTime'),
    remove: remote('remove'),
    getStats: remote('getStats'),
    close() {
      closed ??= send('close', []).then(() => undefined);
      return closed;
    },
  };
}

type Send = (operation: ThreadRequest['operation'], args: readonly unknown[]) => Promise<unknown>;

/** Resolves when the database is open. */
function startThread(
  dataDir: string,
  { onFailure, onCommit }: { onFailure: (error: TtsError) => void; onCommit: (commit: Commit) => void },
): Promise<Send> {
  const { promise, resolve, reject } = Promise.withResolvers<Send>();
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  let lastNumber = 0;
  let state: 'opening' | 'open' | 'closing' | 'gone' = 'opening';
  let cause: unknown;

  // From .ts sources and from compiled .js alike.
  const script = new URL(`./sqlite-thread${extname(import.meta.filename)}`, import.meta.url);
  const worker = new Worker(script, { name: 'ttsd-store', workerData: { dataDir } });

  // Everything that is asked in one turn of the event loop goes in one message: each costs as much as what is in it.
  let outbox: ThreadRequest[] = [];
  const post = () => {
    worker.postMessage(outbox);
    outbox = [];
  };

  const send: Send = (operation, args) => {
    if (state === 'gone')
      return operation === 'close' ? Promise.resolve() : Promise.reject(describeGone(cause));
    if (operation === 'close') state = 'closing';
    const request: ThreadRequest = { number: ++lastNumber, operation, args };
    const answer = Promise.withResolvers<unknown>();
    if (outbox.push(request) === 1) setImmediate(post);
    pending.set(request.number, answer);
    return answer.promise;
  };

  worker.on('message', (message: ThreadMessage) => {
    if ('answers' in message) {
      for (const answer of message.answers) {
        const waiter = pending.get(answer.number);
        pending.delete(answer.number);
        if ('error' in answer) waiter?.reject(unpackError(answer.error));
        else waiter?.resolve(answer.value);
      }
      if (message.commit !== undefined) onCommit(message.commit);
    } else if (message.opened) {
      state = 'open';
      resolve(send);
    } else {
      reject(unpackError(message.error));
    }
  });
  worker.on('error', (error) => {
    cause = error;
  });
  worker.on('exit', (code) => {
    cause ??= new Error(`the thread ended with code ${code}`);
    const error = describeGone(cause);
    const wasOpen = state === 'open';
    state = 'gone';
    reject(error);
    for (const { reject: refuse } of pending.values()) refuse(error);
    pending.clear();
    if (wasOpen) onFailure(error);
  });
  return promise;
}

function describeGone(cause: unknown): TtsError {
  return new TtsError(
    'storage_failed',
    `The job store has stopped and nothing can be stored (${cause instanceof Error ? cause.message : cause}). Start ttsd again.`,
    { cause },
  );
}

function describeClosed(): TtsError {
  return new TtsError('storage_failed', 'The job store is closed: ttsd is stopping.');
}
