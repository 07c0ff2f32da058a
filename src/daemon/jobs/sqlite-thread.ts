// The store's own thread: the only place where SQLite writes. Requests that come in while a commit runs are served
// together by the next one. When the disk fails, nothing is acknowledged until it has taken a write again, and nothing
// that was in memory is believed any more: the database is opened anew.
import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { Checkpoints } from './checkpoints.ts';
import { prepareDataDir } from './data-dir.ts';
import { openDatabase, saveCopy } from './database.ts';
import { createGroupCommit, type Outcome } from './group-commit.ts';
import { takeLock } from './lock.ts';
import { createQueries } from './queries.ts';
import { isIoFailure, toStoreError } from './sqlite-errors.ts';
import { prepareStatements } from './statements.ts';
import {
  type Commit,
  packError,
  type ThreadAnswer,
  type ThreadMessage,
  type ThreadRequest,
} from './thread-protocol.ts';
import { createTransitions } from './transitions.ts';

/** A disk that failed is not asked again before this. */
const TRY_AGAIN_AFTER_MS = 500;

type Operation = (...args: readonly unknown[]) => unknown;
type Operations = Record<string, Operation>;

interface OpenStore {
  db: Database.Database;
  inode: number | undefined;
  commit(writes: readonly (() => unknown)[]): Outcome[];
  transitions: Operations;
  queries: Operations;
}

const { dataDir } = workerData as { dataDir: string };
const file = join(dataDir, 'ttsd.db');
const port = parentPort!;
const counts = { commits: 0, writes: 0 };
const checkpoints = new Checkpoints(file);

let giveLockBack: (() => void) | undefined;
try {
  prepareDataDir(dataDir);
  giveLockBack = takeLock(dataDir);
  serve(open());
  send({ opened: true });
} catch (error) {
  giveLockBack?.();
  send({ opened: false, error: packError(toStoreError(error, file)) });
}

function open(): OpenStore {
  const db = openDatabase(file);
  try {
    const statements = prepareStatements(db);
    return {
      db,
      inode: findInode(),
      commit: createGroupCommit(db, counts).commit,
      transitions: createTransitions(statements) as unknown as Operations,
      queries: { ...createQueries(db, statements), getStats: () => counts } as unknown as Operations,
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

function findInode(): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}

function serve(opened: OpenStore): void {
  /** Undefined when it could not be opened again. */
  let store: OpenStore | undefined = opened;
  let trouble: { error: unknown; atMs: number } | undefined;
  let waiting: ThreadRequest[] = [];
  let lastChange = opened.queries.getLastChange!();
  const isTransition = ({ operation }: ThreadRequest) => operation in opened.transitions;
  const isQuery = ({ operation }: ThreadRequest) => operation in opened.queries;

  // All messages that are there already come before the next setImmediate.
  port.on('message', (requests: ThreadRequest[]) => {
    if (waiting.length === 0) setImmediate(serveWaiting);
    waiting.push(...requests);
  });

  function serveWaiting(): void {
    const batch = waiting;
    waiting = [];
    // Before the writes: a question sees what was acknowledged and never waits for the disk.
    const questions = batch.filter(isQuery);
    if (questions.length > 0)
      answer(
        questions,
        questions.map(({ operation, args }) => read((open) => open.queries[operation]!(...args))),
      );
    const writes = batch.filter(isTransition);
    if (writes.length > 0) {
      const begunAt = performance.now();
      const outcomes = writeTogether(writes);
      answer(writes, outcomes, { tookMs: performance.now() - begunAt, changed: hasChanged() });
      if (store !== undefined && trouble === undefined) checkpoints.look(store.db);
    }
    const close = batch.find(({ operation }) => operation === 'close');
    if (close) finish(close);
  }

  function hasChanged(): boolean {
    const now = read((open) => open.queries.getLastChange!());
    if (!now.ok || now.value === lastChange) return false;
    lastChange = now.value;
    return true;
  }

  function read(ask: (open: OpenStore) => unknown): Outcome {
    try {
      return { ok: true, value: ask(store ?? recover()) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  function writeTogether(writes: readonly ThreadRequest[]): Outcome[] {
    try {
      const { commit, transitions, inode } = recover();
      const outcomes = commit(
        writes.map(
          ({ operation, args }) =>
            () =>
              transitions[operation]!(...args),
        ),
      );
      const failed = outcomes.find((outcome) => !outcome.ok && isIoFailure(outcome.error));
      if (failed !== undefined && !failed.ok) trouble = { error: failed.error, atMs: performance.now() };
      else if (findInode() !== inode) putBack();
      return outcomes;
    } catch (error) {
      return writes.map(() => ({ ok: false, error }));
    }
  }

  /** The store, if need be opened anew after the disk failed; throws while it still fails. */
  function recover(): OpenStore {
    if (store !== undefined && trouble === undefined) return store;
    if (trouble !== undefined && performance.now() - trouble.atMs < TRY_AGAIN_AFTER_MS) throw trouble.error;
    try {
      if (store !== undefined) {
        // Comes to lie over the write that failed, which would otherwise be taken for committed when the log is read again.
        store.db.pragma(`user_version = ${store.db.pragma('user_version', { simple: true })}`);
        checkpoints.settle();
        store.db.close();
        store = undefined;
      }
      // It must not begin anew with an empty one.
      if (findInode() !== opened.inode) stop('was deleted or replaced while the disk failed');
      store = open();
      trouble = undefined;
      return store;
    } catch (error) {
      trouble = { error, atMs: performance.now() };
      throw error;
    }
  }

  /**
   * Somebody deleted the database. As long as it is open it is all there, but would be gone with the process: so what
   * was just committed is acknowledged only when the file has its name again.
   */
  function putBack(): void {
    if (findInode() !== undefined) stop('was replaced by another file while it was in use');
    giveLockBack?.();
    prepareDataDir(dataDir);
    giveLockBack = takeLock(dataDir);
    const { db } = store!;
    saveCopy(db, `${file}.back`);
    renameSync(`${file}.back`, file);
    const inode = findInode();
    // Till here a deletion that still goes on costs nothing: the next write tries again. The old one is closed before the
    // new one is opened, because closing removes the log of that name.
    checkpoints.settle();
    db.close();
    store = undefined;
    if (inode === undefined || findInode() !== inode) stop('was deleted again while it was put back');
    store = open();
    opened.inode = store.inode;
  }

  /** Ends the thread, and with it the daemon. */
  function stop(why: string): never {
    const error = new Error(`${file} ${why}`);
    setImmediate(() => {
      throw error;
    });
    throw error;
  }

  function finish(close: ThreadRequest): void {
    checkpoints.settle();
    store?.db.close();
    giveLockBack?.();
    answer([close], [{ ok: true, value: undefined }]);
    port.close();
  }
}

function answer(requests: readonly ThreadRequest[], outcomes: readonly Outcome[], commit?: Commit): void {
  const answers = requests.map(({ number }, index): ThreadAnswer => {
    const outcome = outcomes[index]!;
    return outcome.ok
      ? { number, value: outcome.value }
      : { number, error: packError(toStoreError(outcome.error, file)) };
  });
  send({ answers, ...(commit && { commit }) });
}

function send(message: ThreadMessage): void {
  port.postMessage(message);
}
