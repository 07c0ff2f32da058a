// What can be done with one job. One menu for all rows: a list mounts thousands of them as it is scrolled.
import { Menu } from '@base-ui/react/menu';
import { FINAL, type JobView } from '../daemon/job-state.ts';
import { useJob } from '../daemon/jobs.ts';
import { AUDIO_FORMATS } from '../formats.ts';
import {
  CAPTION_FORMATS,
  cancelJob,
  editAgain,
  getCaptionsUrl,
  getDownloadUrl,
  retryJob,
} from '../job-actions.ts';
import { S } from '../strings.ts';

export interface MenuTarget {
  job: JobView;
  button: HTMLButtonElement;
}

/** It opens at the button that was pressed. */
export function JobMenu({
  target,
  onClose,
  onRemove,
}: {
  target: MenuTarget | null;
  onClose: () => void;
  onRemove: (job: JobView) => void;
}) {
  const known = useJob(target?.job.id ?? null);
  const job = known ?? target?.job;
  return (
    <Menu.Root open={target !== null} onOpenChange={(open) => !open && onClose()}>
      <Menu.Portal>
        <Menu.Positioner className="popup-layer" anchor={target?.button ?? null} sideOffset={4} align="end">
          <Menu.Popup
            className="popup popup-list"
            aria-label={job && S.history.more(job.text_preview)}
            finalFocus={() => target?.button ?? true}
          >
            {job && <Items job={job} onRemove={onRemove} />}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Items({ job, onRemove }: { job: JobView; onRemove: (job: JobView) => void }) {
  const isFinal = FINAL.includes(job.state);
  return (
    <>
      {job.result &&
        AUDIO_FORMATS.map((format) => (
          <Menu.LinkItem key={format} className="popup-item" href={getDownloadUrl(job, format)} download>
            {S.job.downloadAs(format.toUpperCase())}
          </Menu.LinkItem>
        ))}
      {job.result &&
        CAPTION_FORMATS.map((format) => (
          <Menu.LinkItem key={format} className="popup-item" href={getCaptionsUrl(job, format)} download>
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
    </>
  );
}
