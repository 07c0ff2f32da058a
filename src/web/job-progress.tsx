// How far a job is, as a bar and in words.
import { Progress } from '@base-ui/react/progress';
import { FINAL, type JobView } from './daemon/job-state.ts';
import { formatDuration, S } from './strings.ts';

export function JobProgress({ job }: { job: JobView }) {
  const isOnItsWay = job.state === 'running' || (job.state === 'queued' && job.progress > 0);
  return (
    <Progress.Root className="progress" value={job.progress} data-state={job.state}>
      <Progress.Label className="progress-label">{S.job.states[job.state]}</Progress.Label>
      <span className="progress-note">{describe(job)}</span>
      {isOnItsWay && (
        <>
          <Progress.Value className="progress-value" />
          <Progress.Track className="progress-track">
            <Progress.Indicator className="progress-done" />
          </Progress.Track>
        </>
      )}
    </Progress.Root>
  );
}

function describe(job: JobView): string {
  const parts: string[] = [];
  if (job.state === 'queued' && job.queue_position !== null) parts.push(S.job.position(job.queue_position));
  if (job.state === 'running' && job.total_chunks > 1)
    parts.push(S.job.chunkOf(job.current_chunk, job.total_chunks));
  if (!FINAL.includes(job.state) && job.eta_sec !== null && job.eta_sec >= 1)
    parts.push(S.job.left(formatDuration(job.eta_sec)));
  if (job.result !== null) parts.push(S.job.lasts(formatDuration(job.result.audio_sec)));
  if (job.error !== null) parts.push(job.error.message);
  if (job.state === 'completed' && job.elapsed_sec !== null)
    parts.push(S.job.took(formatDuration(job.elapsed_sec)));
  return parts.join(' · ');
}
