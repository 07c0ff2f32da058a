// One job in the list: what it is, how far, and what can be done with it.
import { memo } from 'react';
import type { JobView } from '../daemon/job-state.ts';
import { getDownloadUrl, hear } from '../job-actions.ts';
import { JobProgress } from '../job-progress.tsx';
import { S } from '../strings.ts';
import { Checkbox } from '../ui/checkbox.tsx';
import { SoundButton } from '../ui/sound-button.tsx';
import type { MenuTarget } from './job-menu.tsx';

export const JobRow = memo(function JobRow({
  job,
  isChosen,
  isMenuOpen,
  onChoose,
  onMenu,
  onLabel,
}: {
  job: JobView;
  isChosen: boolean;
  isMenuOpen: boolean;
  onChoose: (id: string, isChosen: boolean) => void;
  onMenu: (target: MenuTarget) => void;
  onLabel: (label: string) => void;
}) {
  return (
    <article className="card job-row">
      <Checkbox
        label={S.history.choose(job.text_preview)}
        isChecked={isChosen}
        onChange={(checked) => onChoose(job.id, checked)}
      />
      <div className="job-body">
        <p className="job-text" dir="auto">
          {job.text_preview}
        </p>
        <p className="job-facts">
          <time dateTime={job.created_at}>{new Date(job.created_at).toLocaleString()}</time> ·{' '}
          <bdi>{job.voice}</bdi>
          {job.label && (
            <button
              type="button"
              className="job-label"
              aria-label={S.history.onlyLabel(job.label)}
              onClick={() => onLabel(job.label!)}
            >
              <bdi>{job.label}</bdi>
            </button>
          )}
        </p>
        <JobProgress job={job} />
      </div>
      <div className="job-actions">
        {job.result && (
          <SoundButton url={getDownloadUrl(job, job.format)} label={S.history.listen(job.text_preview)} />
        )}
        <button type="button" className="button" onClick={() => hear(job)}>
          {S.history.open}
        </button>
        <button
          type="button"
          className="button"
          aria-label={S.history.more(job.text_preview)}
          aria-haspopup="menu"
          aria-expanded={isMenuOpen}
          onClick={({ currentTarget }) => onMenu({ job, button: currentTarget })}
        >
          ⋯
        </button>
      </div>
    </article>
  );
});
