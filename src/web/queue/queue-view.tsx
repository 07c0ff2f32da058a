// What runs and what waits: held still, moved, cancelled.
import { useEffect } from 'react';
import type { ListReply, QueueReply } from '../../api/v1.ts';
import { get, patch, post } from '../daemon/client.ts';
import type { JobView } from '../daemon/job-state.ts';
import { noteJobs, useConnection, useJobs } from '../daemon/jobs.ts';
import { useQueue } from '../daemon/use-queue.ts';
import { cancelJob } from '../job-actions.ts';
import { JobProgress } from '../job-progress.tsx';
import { S } from '../strings.ts';
import { tellError } from '../ui/toasts.tsx';
import { Models } from '../voices/models.tsx';

/** More are not moved by hand. */
const SHOWN = 200;
const HIGHEST = 100;

export default function QueueView() {
  const { jobs } = useJobs();
  const isAway = useConnection() === 'lost';
  const queue = useQueue();
  useEffect(() => {
    if (isAway) return;
    get<ListReply>(`v1/jobs?state=queued&state=running&limit=${SHOWN}`).then(
      (page) => noteJobs(page.jobs),
      () => {},
    );
  }, [isAway]);

  const running = [...jobs.values()].filter(({ state }) => state === 'running').sort(compare);
  const queued = [...jobs.values()].filter(({ state }) => state === 'queued').sort(compare);

  async function hold(path: 'pause' | 'resume') {
    try {
      await post<QueueReply>(`v1/queue/${path}`);
      // The jobs' own words change with it; the queue is asked for again as they do.
      noteJobs([]);
    } catch (error) {
      tellError(error);
    }
  }

  return (
    <section className="view">
      <div className="view-head">
        <h1>{S.queue.title}</h1>
        {queue && (
          <button
            type="button"
            className="button"
            onClick={() => hold(queue.paused_since === null ? 'pause' : 'resume')}
          >
            {queue.paused_since === null ? S.queue.pause : S.queue.resume}
          </button>
        )}
      </div>
      <p className="hint" role="status">
        {queue &&
          S.queue.sum(
            queue.queued.interactive + queue.queued.batch,
            queue.running,
            S.speak.chars(queue.queued_chars),
          )}
      </p>
      {queue?.paused_since && (
        <p className="warning">{S.queue.paused(new Date(queue.paused_since).toLocaleString())}</p>
      )}
      {running.length + queued.length === 0 ? (
        <p className="hint empty">{S.queue.empty}</p>
      ) : (
        <ol className="queue" aria-label={S.queue.title}>
          {running.map((job) => (
            <QueueRow key={job.id} job={job} above={undefined} below={undefined} />
          ))}
          {queued.slice(0, SHOWN).map((job, index) => (
            <QueueRow key={job.id} job={job} above={queued[index - 1]} below={queued[index + 1]} />
          ))}
        </ol>
      )}
      <Models />
    </section>
  );
}

function QueueRow({
  job,
  above,
  below,
}: {
  job: JobView;
  above: JobView | undefined;
  below: JobView | undefined;
}) {
  async function move(priority: number) {
    try {
      noteJobs([await patch<JobView>(`v1/jobs/${job.id}`, { priority })]);
    } catch (error) {
      tellError(error);
    }
  }
  const facts: string[] = [S.queue.classes[job.class], job.voice];
  if (job.priority !== 0) facts.push(S.queue.priority(job.priority));
  if (job.not_before) facts.push(S.queue.due(new Date(job.not_before).toLocaleString()));
  return (
    <li className="card job-row">
      <div className="job-body">
        <p className="job-text" dir="auto">
          {job.text_preview}
        </p>
        <p className="job-facts">
          {facts.join(' · ')}
          {job.label && <bdi className="job-label">{job.label}</bdi>}
        </p>
        <JobProgress job={job} />
      </div>
      <div className="job-actions">
        {job.state === 'queued' && (
          <>
            <button
              type="button"
              className="button"
              aria-label={S.queue.up(job.text_preview)}
              disabled={!isPassable(job, above) || above.priority >= HIGHEST}
              onClick={() => above && move(above.priority + 1)}
            >
              ↑
            </button>
            <button
              type="button"
              className="button"
              aria-label={S.queue.down(job.text_preview)}
              disabled={!isPassable(job, below) || below.priority <= -HIGHEST}
              onClick={() => below && move(below.priority - 1)}
            >
              ↓
            </button>
          </>
        )}
        <button
          type="button"
          className="button danger"
          aria-label={S.queue.cancel(job.text_preview)}
          onClick={() => cancelJob(job)}
        >
          {S.job.cancel}
        </button>
      </div>
    </li>
  );
}

/** Between classes, and before its time, no priority moves a job. */
function isPassable(job: JobView, other: JobView | undefined): other is JobView {
  return other !== undefined && other.class === job.class && isDue(other) === isDue(job);
}

function isDue({ not_before }: JobView): boolean {
  return not_before === null || Date.parse(not_before) <= Date.now();
}

/** As the daemon takes one submitter's jobs: due ones, those somebody waits for, the important, the older first. */
function compare(a: JobView, b: JobView): number {
  return (
    Number(isDue(b)) - Number(isDue(a)) ||
    Number(b.class === 'interactive') - Number(a.class === 'interactive') ||
    b.priority - a.priority ||
    (a.created_at < b.created_at ? -1 : 1)
  );
}
