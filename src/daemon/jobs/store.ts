// What the daemon needs of a job store. Knows nothing of how jobs are kept; every implementation passes the same
// conformance suite. A resolved promise of a write means: on disk, synced. A question sees every write that was
// acknowledged before it was asked.
import type { ErrorCode } from '../../api/errors.ts';
import type { JobClass, JobState } from '../../api/job.ts';
import type { Job, NewJob, Progress, RunningJob, StoredResult } from './job.ts';

export interface SubmittedJob {
  job: Job;
  /** True when an idempotency key named a job that was there already. */
  existing: boolean;
}

export interface ListQuery {
  /** Jobs in any of them. */
  states?: readonly JobState[];
  label?: string;
  /** Unix milliseconds; only jobs created then or later. */
  since?: number;
  /** Only jobs with a smaller `seq`: the cursor of the page before. */
  beforeSeq?: number;
  limit: number;
}

/** Jobs that hold the words in their text, what is shown of it, or their label, or whose id begins so. */
export interface SearchQuery extends ListQuery {
  words: string;
}

export interface SearchStretch {
  jobs: Job[];
  /** The `seq` of the last job that was looked at: the cursor of the stretch that follows. Null: there is none. */
  searchedTo: number | null;
}

/** Names one claim of one job: a write under an old attempt changes nothing and answers false. */
export interface Claim {
  id: string;
  attempt: number;
}

export type CancelOutcome =
  | { outcome: 'cancelled'; was: 'queued' | 'running'; job: Job }
  | { outcome: 'already-final'; job: Job }
  | { outcome: 'unknown' };

export type RetryOutcome =
  | { outcome: 'queued'; job: Job }
  | { outcome: 'not-retryable'; job: Job }
  | { outcome: 'unknown' };

/** What became of a job at its last change; earlier ones of the same job have no number any more. */
export interface Change {
  /** Unique and growing over all jobs, in the order of the changes; kept over restarts. */
  number: number;
  id: string;
  /** Null once it is forgotten. */
  job: Job | null;
}

/** What may be said otherwise of a job that was accepted; what is left out stays. Who submitted it stays in any case. */
export interface JobChange {
  priority?: number;
  label?: string | null;
  /** Unix milliseconds; null: at once. */
  notBefore?: number | null;
}

/** `too-late`: it is final, or runs and was to get another time. */
export type EditOutcome = { outcome: 'edited' | 'too-late'; job: Job } | { outcome: 'unknown' };

/** What one submitter has waiting that may be claimed now. */
export interface Turn {
  class: JobClass;
  submitter: string;
  queued: number;
  queuedChars: number;
}

export interface QueueCounts {
  queued: Record<JobClass, number>;
  running: number;
  queuedChars: number;
}

/** How many of each are wanted at most. */
export interface OverviewQuery {
  queued: number;
  ended: number;
}

export interface Overview {
  counts: QueueCounts;
  /** All of them, who is waited for first. */
  running: Job[];
  /** In the order in which they are claimed, submitters taking turns; those that wait for their time last. */
  queued: Job[];
  /** What ended last first. */
  ended: Job[];
}

/** What retention took away, so that the caller can delete the files. */
export interface Expired {
  files: string[];
  removedJobs: string[];
}

export interface JobStore {
  /**
   * All jobs or none, in one durable write, in order.
   * Throws `idempotency_mismatch` when a key is known with another fingerprint.
   */
  submit(jobs: readonly NewJob[], now: number): Promise<SubmittedJob[]>;
  get(id: string): Promise<Job | undefined>;
  /** Jobs whose id starts so, at most `limit`. */
  listByPrefix(prefix: string, limit: number): Promise<Job[]>;
  /** The user's text; undefined for an unknown job or when retention has removed it. */
  getText(id: string): Promise<string | undefined>;
  /** Newest first. */
  list(query: ListQuery): Promise<Job[]>;
  /** Newest first; looks at a bounded number of jobs, and may find none of many. */
  search(query: SearchQuery): Promise<SearchStretch>;
  /** 1 is the next of its class to be claimed, submitters taking turns; undefined when not queued. */
  getQueuePosition(id: string): Promise<number | undefined>;
  /** Likewise among the jobs of its submitter; undefined also while it waits for its time. */
  getRank(id: string): Promise<number | undefined>;
  count(): Promise<QueueCounts>;
  getOverview(query: OverviewQuery): Promise<Overview>;
  /** Whether a job that is queued or running is for the model. */
  isModelNeeded(model: string): Promise<boolean>;
  /** Whether a job that is to be made, or could be made again, speaks with the clip. */
  isClipNeeded(sha256: string): Promise<boolean>;
  /** The number of the last change of any job; 0 before the first. */
  getLastChange(): Promise<number>;
  /** What changed after the change `after`, in order, at most `limit`. Progress is no change. */
  listChanges(options: { after: number; limit: number }): Promise<Change[]>;
  /** The job with the number of its last change; undefined for an unknown id. */
  getChange(id: string): Promise<(Change & { job: Job }) | undefined>;
  /** Calls `listener` some time after changes are durable, until the returned function is called. */
  onChange(listener: () => void): () => void;

  /**
   * Takes up to `limit` queued jobs of a class, and after them up to `newcomerLimit` of submitters that have none
   * running. Submitters take turns, who has the fewest running first; of the jobs of one, those that were interrupted
   * (released, rescued, requeued) go first, then by priority, then by age. Their progress stays as it was saved.
   * Before that, jobs whose `notBefore` has come join the queue, at most 1000 with each call.
   */
  claim(options: {
    class: JobClass;
    owner: string;
    limit: number;
    newcomerLimit: number;
    now: number;
  }): Promise<RunningJob[]>;
  /** When the oldest queued job of each class was accepted whose time has come; null when none waits. */
  getOldestQueued(now: number): Promise<Record<JobClass, number | null>>;
  /** When the earliest job that has not joined the queue yet comes due, which may be past; undefined when there is none. */
  getNextDue(): Promise<number | undefined>;
  edit(id: string, change: JobChange, now: number): Promise<EditOutcome>;
  listTurns(): Promise<Turn[]>;
  /** Remembers a word of the daemon's own under a name, over a restart; null forgets it. */
  keepNote(name: string, value: string | null): Promise<void>;
  listNotes(): Promise<Record<string, string>>;
  /** May be lost at a crash. */
  saveProgress(claim: Claim, progress: Progress): Promise<boolean>;
  complete(
    claim: Claim,
    done: { result: StoredResult; warnings: readonly string[]; progress: Progress; now: number },
  ): Promise<boolean>;
  fail(claim: Claim, failure: { code: ErrorCode; message: string; now: number }): Promise<boolean>;
  /** Back to the queue, ahead of its class; nothing is held against the job. */
  release(claim: Claim): Promise<boolean>;
  /** Notes that the engine host died on this job; answers how often by now, or undefined when the claim is not in force. */
  recordCrash(claim: Claim): Promise<number | undefined>;
  cancel(id: string, now: number): Promise<CancelOutcome>;
  /** A failed or cancelled job goes back to its place in the queue with crashes and progress forgotten, if its text is still there. */
  retry(id: string, now: number): Promise<RetryOutcome>;

  /** At start: every running job whose owner is not `owner` goes back to the queue, ahead. Answers their ids. */
  rescue(owner: string): Promise<string[]>;
  /** Completed jobs whose result should still be on disk, in order of acceptance, page by page. */
  listResults(page: {
    afterSeq: number;
    limit: number;
  }): Promise<{ id: string; seq: number; result: StoredResult }[]>;
  /** When something last happened to a job: accepted or ended; 0 when nothing ever did. */
  getLatestTime(): Promise<number>;
  /** When the oldest of the jobs was accepted that ran before and wait to go on; undefined when there is none. */
  getOldestInterrupted(): Promise<number | undefined>;
  /** A completed job whose file was lost is made again, ahead; `reason` becomes one of its warnings. False when its text is gone. */
  requeue(id: string, reason: string): Promise<boolean>;
  /** Notes that somebody has downloaded the whole result. */
  markFetched(id: string, now: number): Promise<void>;
  /**
   * Results (and texts) of jobs that ended more than `ttlMs` ago go, of those never fetched after twice that;
   * the rows stay as a memory for as long again. Failed and cancelled jobs count as fetched.
   * Takes a limited number at a time: to be called until nothing comes any more.
   */
  expire(options: { ttlMs: number; now: number }): Promise<Expired>;
  /**
   * Brings the number of final jobs and the bytes of results under their limits, the oldest first, results that were
   * fetched before others; never one that ended at `endedBefore` or later. Takes a limited number at a time, as `expire`.
   */
  shrink(limits: {
    maxFinalJobs: number;
    maxResultBytes: number;
    endedBefore: number;
    now: number;
  }): Promise<Expired>;
  /** Forgets a final job. False when it is unknown or not final. */
  remove(id: string): Promise<{ removed: boolean; file: string | null }>;
  close(): Promise<void>;
}
