// One job in the list.
import { remove, resolveUrl } from '../daemon/client.ts';
import { FINAL, type JobView } from '../daemon/job-state.ts';
import { forgetJob } from '../daemon/jobs.ts';
import { JobProgress } from '../speak/job-card.tsx';
import { S } from '../strings.ts';
import { tellError } from '../ui/toasts.tsx';

export function JobRow({ job }: { job: JobView }) {
  async function forget() {
    try {
      await remove(`v1/jobs/${job.id}`);
      forgetJob(job.id);
    } catch (error) {
      tellError(error);
    }
  }
  return (
    <li className="card job-row">
      <p className="job-text" dir="auto">
        {job.text_preview}
      </p>
      <p className="job-facts">
        <time dateTime={job.created_at}>{new Date(job.created_at).toLocaleString()}</time> · {job.voice}
        {job.label && ` · ${job.label}`}
      </p>
      <JobProgress job={job} />
      <div className="actions">
        {job.result && (
          <a className="button" href={resolveUrl(job.result.url.slice(1))} download>
            {S.job.download}
          </a>
        )}
        {FINAL.includes(job.state) && (
          <button type="button" className="button quiet" onClick={forget}>
            {S.history.remove}
          </button>
        )}
      </div>
    </li>
  );
}
