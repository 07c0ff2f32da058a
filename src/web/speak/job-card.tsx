// One job: how far it is, its sound, and its words.
import { resolveUrl } from '../daemon/client.ts';
import type { JobView } from '../daemon/job-state.ts';
import { useIsLeaving } from '../daemon/jobs.ts';
import { retryJob } from '../job-actions.ts';
import { JobProgress } from '../job-progress.tsx';
import { S } from '../strings.ts';
import { Player } from './player.tsx';

export function JobCard({ job, autoplay }: { job: JobView; autoplay: boolean }) {
  const isLeaving = useIsLeaving(job.id);
  const isHeard =
    (job.state === 'running' && !isLeaving) || (job.state === 'completed' && job.result !== null);
  return (
    <section className="card job-slot" aria-label={S.job.progress}>
      <JobProgress job={job} />
      {job.warnings.map((warning) => (
        <p key={warning} className="warning">
          {warning}
        </p>
      ))}
      {job.state === 'completed' && job.result === null && <p className="hint">{S.job.expired}</p>}
      {isHeard && <Player job={job} autoplay={autoplay} />}
      <div className="actions">
        {job.result && (
          <a className="button" href={resolveUrl(job.result.url.slice(1))} download>
            {S.job.download} ({job.format.toUpperCase()})
          </a>
        )}
        {(job.state === 'failed' || job.state === 'cancelled') && (
          <button type="button" className="button" onClick={() => retryJob(job)}>
            {S.job.retry}
          </button>
        )}
      </div>
    </section>
  );
}
