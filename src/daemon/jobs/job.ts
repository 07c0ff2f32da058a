// What a job is inside the daemon: a union on its state; each member has only what is true in that state.
//
// ```mermaid
// stateDiagram-v2
//   [*] --> queued: submit
//   queued --> queued: admit (its time has come), edit
//   queued --> running: claim
//   queued --> cancelled: cancel
//   running --> completed: complete (file on disk first)
//   running --> failed: fail
//   running --> cancelled: cancel
//   running --> queued: release (drain), rescue (daemon died)
//   completed --> queued: requeue (result file lost)
//   failed --> queued: retry
//   cancelled --> queued: retry
// ```
import type { ErrorCode } from '../../api/errors.ts';
import type { AudioFormat, JobClass, JobSpec } from '../../api/job.ts';

/** How far the work is. `totalChunks` and the rest are 0 until the job was first taken up. Never shrinks within an attempt. */
export interface Progress {
  doneChars: number;
  doneChunks: number;
  totalChunks: number;
}

/** The finished file. `file` is its name inside the results directory. */
export interface StoredResult {
  file: string;
  format: AudioFormat;
  bytes: number;
  sha256: string;
  audioMs: number;
}

interface JobBase {
  id: string;
  /** Order of acceptance; unique, growing. */
  seq: number;
  class: JobClass;
  /** Higher goes first; -100 to 100. */
  priority: number;
  label: string | null;
  /** Who shares fairly with others: an API key, a label or where the request came from. */
  submitter: string;
  spec: JobSpec;
  /** In UTF-16 units, as all offsets into the text. */
  textChars: number;
  /** The first characters of the text, on one line. */
  textPreview: string;
  warnings: string[];
  /** Unix milliseconds, as all times here. */
  createdAt: number;
  notBefore: number | null;
  /** Grows with every claim: a writer that lost the job is told so by its old number. */
  attempt: number;
  /** How often the engine host died on a chunk of this job. */
  crashes: number;
  progress: Progress;
}

export type QueuedJob = JobBase & { state: 'queued' };
export type RunningJob = JobBase & { state: 'running'; owner: string; startedAt: number };
export type CompletedJob = JobBase & {
  state: 'completed';
  startedAt: number;
  finishedAt: number;
  result: StoredResult;
  /** When the file was removed by retention; null while it is there. */
  expiredAt: number | null;
};
export type FailedJob = JobBase & {
  state: 'failed';
  startedAt: number | null;
  finishedAt: number;
  error: { code: ErrorCode; message: string };
};
export type CancelledJob = JobBase & { state: 'cancelled'; startedAt: number | null; finishedAt: number };

export type Job = QueuedJob | RunningJob | CompletedJob | FailedJob | CancelledJob;

export interface NewJob {
  /** UUID, chosen by the caller. */
  id: string;
  class: JobClass;
  priority: number;
  label: string | null;
  submitter: string;
  spec: JobSpec;
  text: string;
  textPreview: string;
  warnings: string[];
  notBefore: number | null;
  /** The same key with the same fingerprint names the same job as long as its row exists. */
  idempotency: { key: string; fingerprint: string } | null;
}
