// tts wait: until all jobs have ended, or any of them.
import { TtsError } from '../../api/errors.ts';
import type { JobView } from '../../api/job.ts';
import { pathOf } from '../each-job.ts';
import type { Options } from '../options.ts';
import { note } from '../output.ts';
import { getWidth, renderJobs } from '../render.ts';
import { type Session, withInterruptible } from '../session.ts';
import { show } from '../show.ts';
import { waitForEnds } from '../wait-for-ends.ts';

export async function run(ids: readonly string[], options: Options): Promise<number> {
  if (options.all && options.any)
    throw new TtsError('usage', '--all and --any exclude each other: give one of them.');
  return withInterruptible(options, (session, signal) => waitForJobs(session, ids, options, signal));
}

async function waitForJobs(
  session: Session,
  ids: readonly string[],
  options: Options,
  signal: AbortSignal,
): Promise<number> {
  // First all ids, so that a wrong one is said at once and not after the others have ended.
  const jobs = await Promise.all([...new Set(ids)].map((id) => session.client.get<JobView>(pathOf(id))));
  const ended: JobView[] = [];
  for await (const job of waitForEnds(session, jobs, { options, signal })) {
    show(options, job, () => renderJobs([job], getWidth()));
    if (job.error && !options.json) note(`Job ${job.id} failed: ${job.error.message}`);
    ended.push(job);
    if (options.any) break;
  }
  return findExitCode(ended);
}

/** A failure weighs more than a cancellation. */
function findExitCode(jobs: readonly JobView[]): number {
  if (jobs.some((job) => job.state === 'failed')) return new TtsError('job_failed', '').exitCode;
  return jobs.some((job) => job.state === 'cancelled') ? new TtsError('job_cancelled', '').exitCode : 0;
}
