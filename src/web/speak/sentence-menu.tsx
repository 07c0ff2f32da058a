// One sentence said differently: another take, or another voice. The rest of the job stays as it is.
import { Menu } from '@base-ui/react/menu';
import type { VoicesReply } from '../../api/voices.ts';
import type { JobView } from '../daemon/job-state.ts';
import { useQuestion } from '../daemon/use-question.ts';
import { redoChunk } from '../job-actions.ts';
import { S } from '../strings.ts';

/** One menu for all sentences: a long text has thousands. It opens at the button that was pressed. */
export function SentenceMenu({
  job,
  target,
  onClose,
}: {
  job: JobView;
  target: { index: number; button: HTMLButtonElement } | null;
  onClose: () => void;
}) {
  const { data } = useQuestion<VoicesReply>('v1/voices');
  const voices = data?.voices.filter(({ model, kind }) => model === job.model && kind !== 'reference') ?? [];
  return (
    <Menu.Root open={target !== null} onOpenChange={(open) => !open && onClose()}>
      <Menu.Portal>
        <Menu.Positioner className="popup-layer" anchor={target?.button ?? null} sideOffset={4} align="end">
          <Menu.Popup className="popup popup-list" finalFocus={() => target?.button ?? true}>
            <Menu.Item
              className="popup-item"
              onClick={() => target && redoChunk(job, { chunk: target.index })}
            >
              {S.job.anotherTake}
            </Menu.Item>
            {voices.map(({ id, name }) => (
              <Menu.Item
                key={id}
                className="popup-item"
                onClick={() => target && redoChunk(job, { chunk: target.index, seed: job.seed, voice: id })}
              >
                {S.job.withVoice(name)}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
