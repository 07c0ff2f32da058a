// What can be done with several jobs at once.
import { FINAL, type JobView } from '../daemon/job-state.ts';
import { doForEach } from '../daemon/one-by-one.ts';
import { cancelJob, retryJob } from '../job-actions.ts';
import { S } from '../strings.ts';
import { Checkbox } from '../ui/checkbox.tsx';

export function BulkActions({
  jobs,
  isAll,
  onChooseAll,
  onRemove,
}: {
  jobs: readonly JobView[];
  isAll: boolean;
  onChooseAll: (all: boolean) => void;
  onRemove: (jobs: readonly JobView[]) => void;
}) {
  const final = jobs.filter(({ state }) => FINAL.includes(state));
  const open = jobs.filter(({ state }) => !FINAL.includes(state));
  const retryable = jobs.filter(({ state }) => state === 'failed' || state === 'cancelled');
  return (
    <div className="bulk">
      <Checkbox
        label={S.history.chooseAll}
        isChecked={isAll}
        isMixed={jobs.length > 0 && !isAll}
        onChange={onChooseAll}
      />
      <p className="hint" role="status">
        {jobs.length > 0 ? S.history.chosen(jobs.length) : S.history.chooseAll}
      </p>
      {open.length > 0 && (
        <button type="button" className="button" onClick={() => doForEach(open, cancelJob)}>
          {S.job.cancel}
        </button>
      )}
      {retryable.length > 0 && (
        <button type="button" className="button" onClick={() => doForEach(retryable, retryJob)}>
          {S.job.retry}
        </button>
      )}
      {final.length > 0 && (
        <button type="button" className="button danger" onClick={() => onRemove(final)}>
          {S.history.remove}
        </button>
      )}
    </div>
  );
}
