// The queue at one glance: what runs, what comes next, what ended last. Reads a few rows, whatever waits.
import { parseJob } from './row.ts';
import type { Statements } from './statements.ts';
import type { Overview, OverviewQuery, QueueCounts } from './store.ts';

export function readOverview(query: OverviewQuery, counts: QueueCounts, run: Statements): Overview {
  const find = (seq: number) => parseJob(run.getBySeq.get({ seq }));
  return {
    counts,
    running: run.listRunning.all({}).map(parseJob),
    queued: listNextSeqs(query.queued, run).map(find),
    ended: run.listEnded.all({ limit: query.ended }).map(parseJob),
  };
}

/** Who is waited for, then the others, then those whose time has not come; submitters taking turns. */
function listNextSeqs(limit: number, run: Statements): number[] {
  const seqs = ['interactive', 'batch'].flatMap((name) => listTurnsOf(name, limit, run));
  const scheduled = run.listScheduled.all({ limit }) as { seq: number }[];
  return [...seqs, ...scheduled.map(({ seq }) => seq)].slice(0, limit);
}

function listTurnsOf(name: string, limit: number, run: Statements): number[] {
  const turns = run.listNextTurns.all({ class: name, limit }) as { submitter: string; queued: number }[];
  const rounds = countRounds(turns, limit);
  const lists = turns.map(
    ({ submitter }) => run.listQueuedOf.all({ class: name, submitter, limit: rounds }) as { seq: number }[],
  );
  return Array.from({ length: rounds }, (_, round) => lists.flatMap((list) => list[round]?.seq ?? [])).flat();
}

/** How many jobs of each are enough to have as many as are wanted. */
function countRounds(turns: readonly { queued: number }[], limit: number): number {
  const all = turns.reduce((sum, { queued }) => sum + queued, 0);
  for (let rounds = 1; ; rounds++) {
    const got = turns.reduce((sum, { queued }) => sum + Math.min(queued, rounds), 0);
    if (got >= Math.min(limit, all)) return rounds;
  }
}
