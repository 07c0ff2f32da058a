// Everything that is asked of the store and changes nothing.
import type Database from 'better-sqlite3';
import type { JobClass, JobState } from '../../api/job.ts';
import { nameClipSpeaker } from '../../engine/voice/clip-speaker.ts';
import type { Job, QueuedJob } from './job.ts';
import { readOverview } from './overview.ts';
import { parseJob, parseResult } from './row.ts';
import { searchStretch } from './search.ts';
import type { Statements } from './statements.ts';
import type { Change, JobStore, ListQuery, QueueCounts, Turn } from './store.ts';
import type { Synchronous } from './synchronous.ts';

export type Queries = Synchronous<
  Pick<
    JobStore,
    | 'get'
    | 'listByPrefix'
    | 'getText'
    | 'list'
    | 'search'
    | 'getQueuePosition'
    | 'getRank'
    | 'count'
    | 'getOverview'
    | 'isModelNeeded'
    | 'isClipNeeded'
    | 'getNextDue'
    | 'listTurns'
    | 'listNotes'
    | 'listResults'
    | 'getLatestTime'
    | 'getOldestInterrupted'
    | 'getOldestQueued'
    | 'getLastChange'
    | 'listChanges'
    | 'getChange'
  >
>;

type OneStateQuery = Omit<ListQuery, 'states'> & { state?: JobState };

type ListColumns = '*' | 'seq';
type ListRow = { seq: number };

/** What a list may be narrowed by. Joined as needed, so that each combination finds its own index. */
const LIST_CLAUSES = {
  state: 'state = @state',
  label: 'label = @label',
  // The second half says where in the table to stop.
  since: `created_at >= @since AND seq >= (
      SELECT IFNULL((
        SELECT first_seq
        FROM accepted_minutes
        WHERE minute >= CAST(@since / 60000 AS INTEGER)
        ORDER BY minute
        LIMIT 1
      ), 9223372036854775807)
    )`,
  beforeSeq: 'seq < @beforeSeq',
} as const;

export function createQueries(db: Database.Database, run: Statements): Queries {
  const prepareList = createListPreparer(db);

  /** Each state is read by its own index, in order; a union of them would have to be sorted. */
  function listRows({ states, ...query }: ListQuery, columns?: ListColumns): ListRow[] {
    const found = (states ?? [undefined]).map((state) => {
      const one = state === undefined ? query : { ...query, state };
      return prepareList(one, columns).all(one) as ListRow[];
    });
    if (found.length === 1) return found[0]!;
    return found
      .flat()
      .sort((a, b) => b.seq - a.seq)
      .slice(0, query.limit);
  }

  function count(): QueueCounts {
    const counts: QueueCounts = { queued: { interactive: 0, batch: 0 }, running: 0, queuedChars: 0 };
    for (const row of run.countQueued.all({}) as {
      class: QueuedJob['class'];
      jobs: number;
      chars: number;
    }[]) {
      counts.queued[row.class] = row.jobs;
      counts.queuedChars += row.chars;
    }
    counts.running = (run.countRunning.get({}) as { jobs: number }).jobs;
    return counts;
  }

  return {
    get(id) {
      const row = run.get.get({ id });
      return row === undefined ? undefined : parseJob(row);
    },

    listByPrefix(prefix, limit) {
      return run.listByPrefix.all({ prefix, limit }).map(parseJob);
    },

    getText(id) {
      return (run.getText.get({ id }) as { text: string } | undefined)?.text;
    },

    list(query) {
      return listRows(query).map(parseJob);
    },

    search(query) {
      return searchStretch(query, (part) => listRows(part, 'seq').map(({ seq }) => seq), run);
    },

    getQueuePosition(id) {
      const mine = run.getRank.get({ id }) as { class: string; submitter: string; rank: number } | undefined;
      if (mine === undefined)
        return (run.getScheduledPosition.get({ id }) as { position: number } | undefined)?.position;
      return mine.rank + (run.countOthersBefore.get({ ...mine }) as { jobs: number }).jobs;
    },

    getRank(id) {
      return (run.getRank.get({ id }) as { rank: number } | undefined)?.rank;
    },

    count,

    getOverview(query) {
      return readOverview(query, count(), run);
    },

    isModelNeeded(model) {
      return run.findUnfinishedOfModel.get({ model }) !== undefined;
    },

    isClipNeeded(sha256) {
      return run.findJobOfClip.get({ clip: nameClipSpeaker(sha256) }) !== undefined;
    },

    getNextDue() {
      return (run.getNextDue.get({}) as { due: number | null }).due ?? undefined;
    },

    listTurns() {
      return (run.listTurns.all({}) as TurnRow[]).map(({ queued_chars, ...row }) => ({
        ...row,
        queuedChars: queued_chars,
      }));
    },

    listNotes() {
      const rows = run.listNotes.all({}) as { name: string; value: string }[];
      return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
    },

    getOldestQueued(now) {
      const find = (name: JobClass) =>
        (run.getOldestQueued.get({ class: name, now }) as { created_at: number } | undefined)?.created_at ??
        null;
      return { interactive: find('interactive'), batch: find('batch') };
    },

    getLastChange() {
      return (run.getLastChange.get({}) as { last: number }).last;
    },

    listChanges({ after, limit }) {
      const changed = run.listChangedJobs.all({ after, limit }).map(parseChange);
      const removed = run.listRemovedJobs.all({ after, limit }).map((row) => {
        const { change_seq: number, id } = row as { change_seq: number; id: string };
        return { number, id, job: null };
      });
      return [...changed, ...removed].sort((a, b) => a.number - b.number).slice(0, limit);
    },

    getChange(id) {
      const row = run.get.get({ id });
      return row === undefined ? undefined : parseChange(row);
    },

    getOldestInterrupted() {
      return (run.getOldestInterrupted.get({}) as { oldest: number | null }).oldest ?? undefined;
    },

    listResults(page) {
      return run.listResults.all({ ...page }).map((row) => {
        const { id, seq } = row as { id: string; seq: number };
        return { id, seq, result: parseResult(row) };
      });
    },

    getLatestTime() {
      return (run.getLatestTime.get({}) as { latest: number }).latest;
    },
  };
}

function parseChange(row: unknown): Change & { job: Job } {
  const job = parseJob(row);
  return { number: (row as { change_seq: number }).change_seq, id: job.id, job };
}

interface TurnRow extends Omit<Turn, 'queuedChars'> {
  queued_chars: number;
}

/** Newest first, at most `@limit`. */
export function composeListSql(query: OneStateQuery, columns: ListColumns = '*'): string {
  const clauses = Object.entries(LIST_CLAUSES)
    .filter(([name]) => query[name as keyof typeof LIST_CLAUSES] !== undefined)
    .map(([, clause]) => clause);
  return `
    SELECT ${columns}
    FROM jobs
    ${clauses.length > 0 ? `WHERE ${clauses.join(' AND ')}` : ''}
    ORDER BY seq DESC
    LIMIT @limit`;
}

function createListPreparer(
  db: Database.Database,
): (query: OneStateQuery, columns?: ListColumns) => Database.Statement<[Record<string, unknown>]> {
  const prepared = new Map<string, Database.Statement<[Record<string, unknown>]>>();
  return (query, columns) => {
    const sql = composeListSql(query, columns);
    const statement = prepared.get(sql) ?? db.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
}
