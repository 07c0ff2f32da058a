// A new job on its way to the table. What passes between threads is copied value by value, so it goes flat, and of a job
// that was put in only its number comes back: everything else is known here.
import type { NewJob, QueuedJob } from './job.ts';

export interface NewRow {
  id: string;
  class: string;
  priority: number;
  label: string | null;
  submitter: string;
  spec: string;
  text: string;
  textChars: number;
  textPreview: string;
  warnings: string;
  notBefore: number | null;
  idempotencyKey: string | null;
  idempotencyFingerprint: string | null;
}

export function toNewRow(job: NewJob): NewRow {
  return {
    id: job.id,
    class: job.class,
    priority: job.priority,
    label: job.label,
    submitter: job.submitter,
    spec: JSON.stringify(job.spec),
    text: job.text,
    textChars: job.text.length,
    textPreview: job.textPreview,
    warnings: JSON.stringify(job.warnings),
    notBefore: job.notBefore,
    idempotencyKey: job.idempotency?.key ?? null,
    idempotencyFingerprint: job.idempotency?.fingerprint ?? null,
  };
}

/** The job as the table has it now that it was put in as number `seq`. */
export function toQueuedJob(
  { text, idempotency: _, ...job }: NewJob,
  { seq, now }: { seq: number; now: number },
): QueuedJob {
  return {
    ...job,
    seq,
    state: 'queued',
    textChars: text.length,
    createdAt: now,
    attempt: 0,
    crashes: 0,
    progress: { doneChars: 0, doneChunks: 0, totalChunks: 0 },
  };
}
