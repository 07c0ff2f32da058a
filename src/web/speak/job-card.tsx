// One job: how far it is, its sound, and its words.
import { Progress } from '@base-ui/react/progress';
import { post, resolveUrl } from '../daemon/client.ts';
import { FINAL, type JobView } from '../daemon/job-state.ts';
import { noteJobs } from '../daemon/jobs.ts';
import { formatDuration, S } from '../strings.ts';
import { tellError } from '../ui/toasts.tsx';
import { Player } from './player.tsx';

export function JobCard({ job, autoplay }: { job: JobView; autoplay: boolean }) {
  const isHeard = job.state === 'running' || (job.state === 'completed' && job.result !== null);
  return (
    <section className="card job-slot" aria-label={S.job.progress}>
      <JobProgress job={job} />
      {job.warnings.map((warning) => (
        <p key={warning} className="warning">
          {warning}
        </p>
      ))}
      {job.error && <p className="problem">{job.error.message}</p>}
      {job.state === 'completed' && job.result === null && <p className="hint">{S.job.expired}</p>}
      {isHeard && <Player job={job} autoplay={autoplay} />}
      <div className="actions">
        {job.result && (
          <a className="button" href={resolveUrl(job.result.url.slice(1))} download>
            {S.job.download} ({job.format.toUpperCase()})
          </a>
        )}
        {(job.state === 'failed' || job.state === 'cancelled') && (
          <button type="button" className="button" onClick={() => retry(job)}>
            {S.job.retry}
          </button>
        )}
      </div>
    </section>
  );
}

async function retry(job: JobView) {
  try {
    noteJobs([await post<JobView>(`v1/jobs/${job.id}/retry`)]);
  } catch (error) {
    tellError(error);
  }
}

export function JobProgress({ job }: { job: JobView }) {
  return (
    <Progress.Root className="progress" value={job.progress} data-state={job.state}>
      <Progress.Label className="progress-label">{S.job.states[job.state]}</Progress.Label>
      <span className="progress-note">{describe(job)}</span>
      <Progress.Value className="progress-value" />
      <Progress.Track className="progress-track">
        <Progress.Indicator className="progress-done" />
      </Progress.Track>
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
  if (job.state === 'completed' && job.elapsed_sec !== null)
    parts.push(S.job.took(formatDuration(job.elapsed_sec)));
  return parts.join(' · ');
}
