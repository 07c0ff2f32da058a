// What the engine hosts do next: a pure function of a snapshot. It is asked again and again, each answer carried out,
// until it answers that there is nothing to do. The loop drives it in real time, `bench/schedule.ts` in virtual time.
//
// Which chunk goes next to a host, in this order (a job on which the host just died stands behind all others):
// 1. interactive before batch, but batch gets a share of a busy host and never waits longer than a bound;
// 2. inside a class submitters take turns by weight, measured in characters (start-time fair queueing);
// 3. of the jobs of one submitter the highest priority, then the oldest, age being measured against a job's own length:
//    a line passes a book, and yet the book's age grows too. All are slowed down by much the same factor.
import type { JobClass } from '../../api/job.ts';

/** A job that has a chunk to give out. */
export interface WaitingJob {
  id: string;
  class: JobClass;
  submitter: string;
  /** Higher goes first. */
  priority: number;
  /** Unix milliseconds, as all times here. */
  createdAt: number;
  /** Order of acceptance. */
  seq: number;
  model: string;
  /** Length of the whole text. */
  chars: number;
  nextChunkChars: number;
  /** When it was taken up or its last chunk was given out, whichever was later. */
  waitingSince: number;
  /** The host died on it a moment ago: others go first, which shows whether it was the job or the host. */
  isSuspect: boolean;
}

/** A chunk that a host has; the first is the one in hand. */
export interface Flight {
  class: JobClass;
  /** It was the turn of batch: nobody passes it. */
  isOwed: boolean;
}

/** The engine host of one model, there or not. */
export interface Lane {
  model: string;
  /** A host holds the model, or is loading it. */
  isUp: boolean;
  /** When the host was started; when it last had nothing to do. */
  upSince: number;
  idleSince: number;
  /** How long loading takes; a guess until it was measured. */
  loadMs: number;
  /** What its host takes, or will take; a guess until it was measured. */
  memoryBytes: number;
  /** Without those that were withdrawn. */
  flights: readonly Flight[];
  ledger: Ledger;
}

/** What a host has done for whom: all that the turns depend on. */
export interface Ledger {
  /** By class: how far the turns are, and up to where each submitter has had his share. */
  turns: Record<JobClass, { now: number; servedTo: ReadonlyMap<string, number> }>;
  /** Characters of interactive chunks since the last batch chunk. */
  interactiveChars: number;
  /** When batch last got a chunk. */
  batchServedAt: number;
}

export interface Snapshot {
  now: number;
  jobs: readonly WaitingJob[];
  lanes: readonly Lane[];
  /** How many models may be loaded at once, and how much they may take together; one alone may take more. */
  maxUp: number;
  maxUpBytes: number;
  /** Share of a submitter beside others; 1 for those not named. */
  weights: ReadonlyMap<string, number>;
}

export type Step =
  /** Gives the job's next chunk to the host of its model, which is started if need be. */
  | { do: 'start'; job: WaitingJob; isOwed: boolean }
  /** Takes the chunk back that waits in the host, so that a more urgent one goes before it. */
  | { do: 'withdraw'; model: string }
  | { do: 'unload'; model: string };

/** One chunk in hand, one waiting in the host, so that it never idles between two. */
export const CHUNKS_PER_HOST = 2;
/** Beside interactive work batch gets one character for so many. */
export const INTERACTIVE_SHARE = 8;
/** Batch work gets a chunk at least this often, however long chunks take. */
export const BATCH_PATIENCE_MS = 20_000;
/** A model that others wait for stays for so many times what loading takes, so that loading costs a tenth at most. */
const STAY_LOADS = 10;
const LEAST_STAY_MS = 5000;

export const EMPTY_LEDGER: Ledger = {
  turns: {
    interactive: { now: 0, servedTo: new Map() },
    batch: { now: 0, servedTo: new Map() },
  },
  interactiveChars: 0,
  batchServedAt: 0,
};

export function decide(snapshot: Snapshot): Step | undefined {
  const jobsOf = (lane: Lane) => snapshot.jobs.filter((job) => job.model === lane.model);
  const up = snapshot.lanes.filter((lane) => lane.isUp);
  const wanted = snapshot.lanes.filter((lane) => !lane.isUp && jobsOf(lane).length > 0);
  const [next] = wanted.toSorted((a, b) => compareUrgency(jobsOf(a), jobsOf(b), snapshot.now));
  const upBytes = up.reduce((sum, lane) => sum + lane.memoryBytes, 0);
  const isFull =
    up.length >= snapshot.maxUp ||
    (next !== undefined && up.length > 0 && upBytes + next.memoryBytes > snapshot.maxUpBytes);
  const leaving = next && isFull ? findLeaving(up, jobsOf(next), jobsOf, snapshot.now) : undefined;

  if (leaving !== undefined && leaving.flights.length === 0) return { do: 'unload', model: leaving.model };
  for (const lane of up) {
    if (lane === leaving) continue;
    const choice = pickNext(jobsOf(lane), lane, snapshot.now);
    if (choice === undefined) continue;
    if (lane.flights.length < CHUNKS_PER_HOST) return { do: 'start', ...choice };
    const waiting = lane.flights.at(-1)!;
    const isUrgent = choice.job.class === 'interactive' && waiting.class === 'batch' && !waiting.isOwed;
    if (isUrgent) return { do: 'withdraw', model: lane.model };
  }
  if (next === undefined || isFull) return undefined;
  return { do: 'start', ...pickNext(jobsOf(next), next, snapshot.now)! };
}

/** The books after a chunk was given out. */
export function charge(
  ledger: Ledger,
  job: WaitingJob,
  { now, weights }: Pick<Snapshot, 'now' | 'weights'>,
): Ledger {
  const { now: turn, servedTo } = ledger.turns[job.class];
  const start = Math.max(turn, servedTo.get(job.submitter) ?? 0);
  // Who is not ahead of the turns has nothing to be remembered by.
  const ahead = [...servedTo].filter(([, to]) => to > start);
  const to = start + job.nextChunkChars / (weights.get(job.submitter) ?? 1);
  return {
    turns: {
      ...ledger.turns,
      [job.class]: { now: start, servedTo: new Map(ahead).set(job.submitter, to) },
    },
    interactiveChars: job.class === 'batch' ? 0 : ledger.interactiveChars + job.nextChunkChars,
    batchServedAt: job.class === 'batch' ? now : ledger.batchServedAt,
  };
}

/** Of the jobs of one model; undefined when there is none. */
function pickNext(
  jobs: readonly WaitingJob[],
  lane: Lane,
  now: number,
): { job: WaitingJob; isOwed: boolean } | undefined {
  const clear = jobs.filter((job) => !job.isSuspect);
  const eligible = clear.length > 0 ? clear : jobs;
  const interactive = eligible.filter((job) => job.class === 'interactive');
  const batch = eligible.filter((job) => job.class === 'batch');
  const isOwed = interactive.length > 0 && isBatchOwed(batch, lane, now);
  const inOrder = (a: WaitingJob, b: WaitingJob) =>
    getTurn(a, lane.ledger) - getTurn(b, lane.ledger) ||
    compareSubmitters(a, b) ||
    b.priority - a.priority ||
    getStretch(b, now) - getStretch(a, now) ||
    a.seq - b.seq;
  const candidates = interactive.length > 0 && !isOwed ? interactive : batch;
  const [head, ...others] = candidates;
  if (head === undefined) return undefined;
  const job = others.reduce((best, other) => (inOrder(other, best) < 0 ? other : best), head);
  return { job, isOwed };
}

/** At equal turns any order will do, as long as one submitter's jobs are not torn apart. */
function compareSubmitters(a: WaitingJob, b: WaitingJob): number {
  if (a.submitter === b.submitter) return 0;
  return a.submitter < b.submitter ? -1 : 1;
}

function isBatchOwed(batch: readonly WaitingJob[], { ledger }: Lane, now: number): boolean {
  if (batch.length === 0) return false;
  const longest = Math.min(...batch.map((job) => job.waitingSince));
  const shortest = Math.min(...batch.map((job) => job.nextChunkChars));
  return (
    ledger.interactiveChars >= INTERACTIVE_SHARE * shortest ||
    now - Math.max(longest, ledger.batchServedAt) >= BATCH_PATIENCE_MS
  );
}

/** Where in the turns of its class the job's submitter stands. Who was away gets no credit for it. */
function getTurn(job: WaitingJob, ledger: Ledger): number {
  const { now, servedTo } = ledger.turns[job.class];
  return Math.max(now, servedTo.get(job.submitter) ?? 0);
}

/** Its age in proportion to its length: a line that has waited a minute has waited longer than a book that has waited an hour. */
function getStretch(job: WaitingJob, now: number): number {
  return (now - job.createdAt) / job.chars;
}

/** Which model goes so that another can be loaded: one that nobody needs; else one that had its time. */
function findLeaving(
  up: readonly Lane[],
  wanting: readonly WaitingJob[],
  jobsOf: (lane: Lane) => readonly WaitingJob[],
  now: number,
): Lane | undefined {
  const idle = up.filter((lane) => lane.flights.length === 0 && jobsOf(lane).length === 0);
  if (idle.length > 0) return idle.toSorted((a, b) => a.idleSince - b.idleSince)[0];
  const hasInteractive = (jobs: readonly { class: JobClass }[]) =>
    jobs.some((job) => job.class === 'interactive');
  const isLongWaiting = wanting.some((job) => now - job.waitingSince >= BATCH_PATIENCE_MS);
  return up
    .filter((lane) => {
      const isBusyForSomebody = hasInteractive([...jobsOf(lane), ...lane.flights]);
      if (isBusyForSomebody && !hasInteractive(wanting) && !isLongWaiting) return false;
      const isPassed = hasInteractive(wanting) && !isBusyForSomebody;
      const stayMs = isPassed ? lane.loadMs : Math.max(LEAST_STAY_MS, STAY_LOADS * lane.loadMs);
      return now - lane.upSince >= stayMs;
    })
    .toSorted((a, b) => a.upSince - b.upSince)[0];
}

/** Which of two models that are not loaded goes first: somebody waits for it, or has waited too long; else the longer wait. */
function compareUrgency(a: readonly WaitingJob[], b: readonly WaitingJob[], now: number): number {
  const isUrgent = (jobs: readonly WaitingJob[]) =>
    Number(jobs.some((job) => job.class === 'interactive' || now - job.waitingSince >= BATCH_PATIENCE_MS));
  const getOldest = (jobs: readonly WaitingJob[]) => Math.min(...jobs.map((job) => job.waitingSince));
  return isUrgent(b) - isUrgent(a) || getOldest(a) - getOldest(b);
}
