// A job with its place in the queue and the time that is left, which events about all jobs leave out.
import { FINAL, type JobView } from './job-state.ts';
import { useJob } from './jobs.ts';
import { useMovingQuestion } from './use-moving-question.ts';

/** As often as progress is told. */
const SETTLE_MS = 1000;

export function useLiveJob(id: string | null): JobView | undefined {
  const job = useJob(id);
  const isOver = job === undefined || FINAL.includes(job.state);
  const details = useMovingQuestion<JobView>(isOver ? null : `v1/jobs/${id}`, SETTLE_MS);
  if (job === undefined || details?.state !== job.state) return job;
  return { ...job, queue_position: details.queue_position, eta_sec: details.eta_sec };
}
