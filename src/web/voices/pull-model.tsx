// A model that is not here yet: brought here, and how far that is.
import { Progress } from '@base-ui/react/progress';
import type { Model } from '../../api/models.ts';
import { pullModel, usePull } from '../daemon/pulls.ts';
import { formatBytes, formatDuration, S } from '../strings.ts';
import { tell, tellError } from '../ui/toasts.tsx';

export function PullModel({ id, name, state, runnable }: Partial<Model> & { id: string }) {
  const pull = usePull(id);
  if (pull === undefined) {
    const start = () => pullModel(id).then(() => {}, tellError);
    return (
      <div className="actions">
        <button
          type="button"
          className="button"
          disabled={runnable === false}
          aria-label={S.models.pullOf(name ?? id)}
          onClick={start}
        >
          {state === 'pulling' ? S.models.watch : S.models.pull}
        </button>
        {runnable === false && <p className="hint">{S.models.notRunnable}</p>}
      </div>
    );
  }
  const { progress, stop } = pull;
  const done = progress?.bytes_done ?? 0;
  const total = progress?.bytes_total ?? 0;
  const left = progress?.bytes_per_sec ? (total - done) / progress.bytes_per_sec : null;
  return (
    <>
      <Progress.Root className="progress" value={total > 0 ? (100 * done) / total : null}>
        <Progress.Label className="progress-label">
          {S.models.phases[progress?.phase ?? 'waiting']}
        </Progress.Label>
        <span className="progress-note">
          {total > 0 && S.models.bytesOf(formatBytes(done), formatBytes(total))}
          {left !== null && left >= 1 && ` · ${S.job.left(formatDuration(left))}`}
        </span>
        <Progress.Value className="progress-value" />
        <Progress.Track className="progress-track">
          <Progress.Indicator className="progress-done" />
        </Progress.Track>
      </Progress.Root>
      <div className="actions">
        <button
          type="button"
          className="button"
          aria-label={S.models.stopOf(name ?? id)}
          onClick={() => {
            stop();
            tell(S.models.stopped);
          }}
        >
          {S.models.stop}
        </button>
      </div>
    </>
  );
}
