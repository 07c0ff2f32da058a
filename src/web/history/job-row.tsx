// One job in the list: what it is, how far, and what can be done with it.
import { Checkbox } from '@base-ui/react/checkbox';
import { Menu } from '@base-ui/react/menu';
import { memo } from 'react';
import { FINAL, type JobView } from '../daemon/job-state.ts';
import { AUDIO_FORMATS } from '../formats.ts';
import {
  CAPTION_FORMATS,
  cancelJob,
  editAgain,
  getCaptionsUrl,
  getDownloadUrl,
  hear,
  retryJob,
} from '../job-actions.ts';
import { JobProgress } from '../job-progress.tsx';
import { S } from '../strings.ts';
import { SoundButton } from '../ui/sound-button.tsx';

export const JobRow = memo(function JobRow({
  job,
  isChosen,
  onChoose,
  onRemove,
  onLabel,
}: {
  job: JobView;
  isChosen: boolean;
  onChoose: (id: string, isChosen: boolean) => void;
  onRemove: (job: JobView) => void;
  onLabel: (label: string) => void;
}) {
  const isFinal = FINAL.includes(job.state);
  return (
    <article className="card job-row">
      <Checkbox.Root
        className="checkbox"
        aria-label={S.history.choose(job.text_preview)}
        checked={isChosen}
        onCheckedChange={(checked) => onChoose(job.id, checked)}
      >
        <Checkbox.Indicator className="checkbox-mark">✓</Checkbox.Indicator>
      </Checkbox.Root>
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
        {job.error && <p className="problem">{job.error.message}</p>}
      </div>
      <div className="job-actions">
        {job.result && (
          <SoundButton url={getDownloadUrl(job, job.format)} label={S.history.listen(job.text_preview)} />
        )}
        <button type="button" className="button" onClick={() => hear(job)}>
          {S.history.open}
        </button>
        <Menu.Root>
          <Menu.Trigger className="button" aria-label={S.history.more(job.text_preview)}>
            ⋯
          </Menu.Trigger>
          <Menu.Portal>
            <Menu.Positioner className="popup-layer" sideOffset={4} align="end">
              <Menu.Popup className="popup popup-list">
                {job.result &&
                  AUDIO_FORMATS.map((format) => (
                    <Menu.LinkItem
                      key={format}
                      className="popup-item"
                      href={getDownloadUrl(job, format)}
                      download
                    >
                      {S.job.downloadAs(format.toUpperCase())}
                    </Menu.LinkItem>
                  ))}
                {job.result &&
                  CAPTION_FORMATS.map((format) => (
                    <Menu.LinkItem
                      key={format}
                      className="popup-item"
                      href={getCaptionsUrl(job, format)}
                      download
                    >
                      {S.job.captionsAs(format.toUpperCase())}
                    </Menu.LinkItem>
                  ))}
                <Menu.Item className="popup-item" onClick={() => editAgain(job)}>
                  {S.history.edit}
                </Menu.Item>
                {(job.state === 'failed' || job.state === 'cancelled') && (
                  <Menu.Item className="popup-item" onClick={() => retryJob(job)}>
                    {S.job.retry}
                  </Menu.Item>
                )}
                {!isFinal && (
                  <Menu.Item className="popup-item" onClick={() => cancelJob(job)}>
                    {S.job.cancel}
                  </Menu.Item>
                )}
                {isFinal && (
                  <Menu.Item className="popup-item" onClick={() => onRemove(job)}>
                    {S.history.remove}
                  </Menu.Item>
                )}
              </Menu.Popup>
            </Menu.Positioner>
          </Menu.Portal>
        </Menu.Root>
      </div>
    </article>
  );
});
