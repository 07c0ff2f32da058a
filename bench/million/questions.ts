// What is asked of the store at every request, turn of the loop or sweep.
import { randomUUID } from 'node:crypto';
import type { SqliteStore } from '../../src/daemon/jobs/sqlite-store.ts';
import type { ListQuery } from '../../src/daemon/jobs/store.ts';
import { makeDone, makeJob } from '../../test/daemon/jobs/samples.ts';
import { FIRST_MS, QUEUED, SPAN_MS, toId } from './table.ts';

const PAGE = 51;
const TTL_MS = 10 * 365 * 86_400_000;
/** Since when a third of the table was still to come: a page of either table, of another length in days. */
const SINCE_MS = FIRST_MS + SPAN_MS / 3;

export type Ask = (store: SqliteStore, size: number, call: number) => Promise<unknown>;

export const QUESTIONS: Record<string, Ask> = {
  submit: (store) => store.submit([makeJob({ class: 'batch' })], Date.now()),
  'submit with a key': (store) =>
    store.submit(
      [makeJob({ class: 'batch', idempotency: { key: randomUUID(), fingerprint: 'x' } })],
      Date.now(),
    ),
  'submit and cancel': async (store) => {
    const [submitted] = await store.submit([makeJob()], Date.now());
    return store.cancel(submitted!.job.id, Date.now());
  },
  'place in the queue': (store, size, call) => store.getQueuePosition(toId(size - (call % QUEUED))),
  status: (store, size, call) => store.get(toId(1 + ((call * 7919) % size))),
  'status by the beginning of an id': (store, size, call) =>
    store.listByPrefix(toId(1 + ((call * 7919) % size)).slice(0, 13), 2),
  list: (store) => store.list({ limit: PAGE }),
  'list, a deep page': (store, size) => store.list({ limit: PAGE, beforeSeq: size * 0.6 }),
  ...listsOf('completed', { states: ['completed'] }),
  ...listsOf('failed', { states: ['failed'] }),
  ...listsOf('queued', { states: ['queued'] }, { isAtEnd: true }),
  ...listsOf('failed or cancelled', { states: ['failed', 'cancelled'] }),
  ...listsOf('by label', { label: 'book 3' }),
  ...listsOf('by label and state', { label: 'book 3', states: ['completed'] }),
  ...listsOf('since a time', { since: SINCE_MS }),
  ...listsOf('failed since a time', { since: SINCE_MS, states: ['failed'] }),
  // Nothing is found: as long as a stretch takes, so long does it keep others waiting.
  'search, a stretch': (store) => store.search({ words: 'nothing like it', limit: PAGE }),
  'search, a deep stretch': (store, size) =>
    store.search({ words: 'nothing like it', limit: PAGE, beforeSeq: Math.max(1001, size * 0.6) }),
  'changes since a number': (store, size) => store.listChanges({ after: size / 2, limit: 100 }),
  count: (store) => store.count(),
  'oldest queued': (store) => store.getOldestQueued(Date.now()),
  'sweep with nothing to take': async (store) => {
    await store.expire({ ttlMs: TTL_MS, now: Date.now() });
    await store.shrink({
      maxFinalJobs: 10_000_000,
      maxResultBytes: 1e15,
      endedBefore: Date.now(),
      now: Date.now(),
    });
  },
  'results that should be there': (store) => store.listResults({ afterSeq: 0, limit: 500 }),
  claim: async (store) => {
    await claim(store);
  },
  'claim and complete': async (store) => {
    await store.complete(await claim(store), makeDone({ now: Date.now() }));
  },
};

async function claim(store: SqliteStore) {
  const what = { class: 'batch', owner: 'bench', limit: 1, newcomerLimit: 1, now: Date.now() } as const;
  const [claimed] = await store.claim(what);
  if (claimed === undefined) throw new Error('there was nothing to claim');
  return claimed;
}

/** Its first page and one from the middle of the table; `isAtEnd`: from the middle of what is queued. */
function listsOf(
  name: string,
  query: Omit<ListQuery, 'limit'>,
  { isAtEnd = false } = {},
): Record<string, Ask> {
  const ask =
    (find: (size: number) => number | undefined): Ask =>
    async (store, size) => {
      const beforeSeq = find(size);
      const found = await store.list({
        ...query,
        limit: PAGE,
        ...(beforeSeq !== undefined && { beforeSeq }),
      });
      if (found.length !== PAGE) throw new Error(`a page of ${name} had ${found.length} jobs`);
    };
  return {
    [`list ${name}`]: ask(() => undefined),
    [`list ${name}, a deep page`]: ask((size) => (isAtEnd ? size - QUEUED / 2 : size * 0.6)),
  };
}
