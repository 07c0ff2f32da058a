// How much work goes before a job's last chunk: the scheduler's rules, applied to all that is known to wait.
import type { JobClass } from '../../api/job.ts';
import { INTERACTIVE_SHARE } from './scheduler.ts';

/** A job that was taken up. Work is counted in characters at the voice's natural pace. */
export interface Share {
  class: JobClass;
  submitter: string;
  priority: number;
  /** Unix milliseconds. */
  createdAt: number;
  seq: number;
  /** Length of the whole text, by which the scheduler measures its age. */
  chars: number;
  remaining: number;
}

/** What a submitter has in the queue, not taken up yet. */
export interface Queued {
  class: JobClass;
  submitter: string;
  queued: number;
  queuedChars: number;
}

export interface Situation {
  now: number;
  msPerUnit: number;
  /** Length of a chunk. */
  chunkUnits: number;
  active: readonly Share[];
  queued: readonly Queued[];
  /** Its place among its submitter's queued jobs, from 1; null when it was taken up. */
  rank: number | null;
  weights: ReadonlyMap<string, number>;
}

const ROUNDS = 8;

/** The work of others that is done before this job's last chunk, if nothing else comes. */
export function countWorkBefore(mine: Share, situation: Situation): number {
  let work = 0;
  // Who passes the job depends on when it is done, which depends on who passes it.
  for (let round = 0; round < ROUNDS; round++) {
    const doneAt = situation.now + (work + mine.remaining) * situation.msPerUnit;
    const again = countUntil(doneAt, mine, situation);
    if (again === work) break;
    work = again;
  }
  return work;
}

function countUntil(doneAt: number, mine: Share, situation: Situation): number {
  const { active, queued, rank, weights } = situation;
  const own = sum(active.filter(isMine), (other) => countOwnBefore(mine, other, { ...situation, doneAt }));
  const ownQueued = rank === null ? 0 : sum(queued.filter(isMine), (turn) => getMean(turn) * (rank - 1));
  // Turns are taken in whole chunks.
  const { chunkUnits } = situation;
  const oneTurn = Math.ceil((own + ownQueued + mine.remaining) / chunkUnits) * chunkUnits;

  const waiting = new Map<string, number>();
  let otherClass = 0;
  const note = (other: { class: JobClass; submitter: string }, work: number) => {
    if (other.class !== mine.class) otherClass += work;
    else if (!isMine(other)) waiting.set(other.submitter, (waiting.get(other.submitter) ?? 0) + work);
  };
  for (const other of active) note(other, other.remaining);
  for (const turn of queued) note(turn, turn.queuedChars);

  const getWeight = (submitter: string) => weights.get(submitter) ?? 1;
  const others = sum([...waiting], ([submitter, work]) =>
    Math.min(work, (oneTurn * getWeight(submitter)) / getWeight(mine.submitter)),
  );
  const passed =
    mine.class === 'batch' ? otherClass : Math.min(otherClass, (oneTurn + others) / INTERACTIVE_SHARE);
  return own + ownQueued + others + passed;

  function isMine(other: { class: JobClass; submitter: string }): boolean {
    return other.class === mine.class && other.submitter === mine.submitter;
  }
}

/** Of another job of the same submitter. Age is measured against length, so that the shorter of two goes first from some moment on. */
function countOwnBefore(
  mine: Share,
  other: Share,
  { now, msPerUnit, doneAt }: Situation & { doneAt: number },
): number {
  if (other.priority !== mine.priority) return other.priority > mine.priority ? other.remaining : 0;
  if (other.chars === mine.chars) return other.seq < mine.seq ? other.remaining : 0;
  const from = (other.createdAt * mine.chars - mine.createdAt * other.chars) / (mine.chars - other.chars);
  if (other.chars < mine.chars) {
    return doneAt > from ? other.remaining : 0;
  }
  return Math.min(other.remaining, Math.max(0, from - now) / msPerUnit);
}

function getMean({ queued, queuedChars }: Queued): number {
  return queuedChars / queued;
}

function sum<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((total, item) => total + count(item), 0);
}
