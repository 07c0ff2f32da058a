// How a final job ends the command that waited for it.
import { TtsError } from '../api/errors.ts';
import type { JobView } from '../api/job.ts';

/** Throws `job_failed` or `job_cancelled` for a job that has no result. */
export function checkCompleted(job: JobView): void {
  if (job.state === 'failed') {
    const reason = (job.error?.message ?? 'no reason given').replace(/\.$/, '');
    throw new TtsError('job_failed', `Job ${job.id} failed: ${reason}. Try again with: tts retry ${job.id}`);
  }
  if (job.state === 'cancelled') throw new TtsError('job_cancelled', `Job ${job.id} was cancelled.`);
}
