// The store's own thread: the only place where SQLite runs. Requests that come in while a commit runs are served
// together by the next one.
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { prepareDataDir } from './data-dir.ts';
import { openDatabase } from './database.ts';
import { createGroupCommit, type Outcome } from './group-commit.ts';
import { takeLock } from './lock.ts';
import { createQueries } from './queries.ts';
import { toStoreError } from './sqlite-errors.ts';
import { prepareStatements } from './statements.ts';
import { packError, type ThreadAnswer, type ThreadMessage, type ThreadRequest } from './thread-protocol.ts';
import { createTransitions } from './transitions.ts';

type AnyOperation = (...args: readonly unknown[]) => unknown;

const { dataDir } = workerData as { dataDir: string };
const file = join(dataDir, 'ttsd.db');
const port = parentPort!;

let giveLockBack: (() => void) | undefined;
try {
  prepareDataDir(dataDir);
  giveLockBack = takeLock(dataDir);
  serve(openDatabase(file));
  send({ opened: true });
} catch (error) {
  giveLockBack?.();
  send({ opened: false, error: packError(toStoreError(error, file)) });
}

function serve(db: Database.Database): void {
  const statements = prepareStatements(db);
  const groupCommit = createGroupCommit(db);
  const transitions = createTransitions(statements) as unknown as Record<string, AnyOperation>;
  const queries = { ...createQueries(db, statements), getStats: () => groupCommit.counts };
  let waiting: ThreadRequest[] = [];
  let lastChange = queries.getLastChange();

  // All messages that are there already come before the next setImmediate.
  port.on('message', (request: ThreadRequest) => {
    if (waiting.push(request) === 1) setImmediate(serveWaiting);
  });

  function serveWaiting(): void {
    const batch = waiting;
    waiting = [];
    // Before the writes: a question sees what was acknowledged and never waits for the disk.
    answer(batch.filter(isQuery), (query) => runQuery(query));
    const writes = batch.filter(({ operation }) => operation in transitions);
    const begunAt = performance.now();
    const outcomes = groupCommit.commit(
      writes.map(
        ({ operation, args }) =>
          () =>
            transitions[operation]!(...args),
      ),
    );
    const tookMs = performance.now() - begunAt;
    answer(writes, (_, index) => outcomes[index]!);
    if (writes.length > 0) send({ commit: { tookMs, changed: hasChanged() } });
    const close = batch.find(({ operation }) => operation === 'close');
    if (close) finish(close);
  }

  function hasChanged(): boolean {
    const before = lastChange;
    lastChange = queries.getLastChange();
    return lastChange !== before;
  }

  function isQuery({ operation }: ThreadRequest): boolean {
    return operation in queries;
  }

  function runQuery({ operation, args }: ThreadRequest): Outcome {
    try {
      return { ok: true, value: (queries as unknown as Record<string, AnyOperation>)[operation]!(...args) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  function finish(close: ThreadRequest): void {
    db.close();
    giveLockBack?.();
    answer([close], () => ({ ok: true, value: undefined }));
    port.close();
  }
}

function answer(
  requests: readonly ThreadRequest[],
  getOutcome: (request: ThreadRequest, index: number) => Outcome,
): void {
  if (requests.length === 0) return;
  const answers = requests.map((request, index): ThreadAnswer => {
    const { number } = request;
    const outcome = getOutcome(request, index);
    return outcome.ok
      ? { number, value: outcome.value }
      : { number, error: packError(toStoreError(outcome.error, file)) };
  });
  send({ answers });
}

function send(message: ThreadMessage): void {
  port.postMessage(message);
}
