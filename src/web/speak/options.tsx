// How it should sound.
import { Collapsible } from '@base-ui/react/collapsible';
import { useId } from 'react';
import type { AudioFormat } from '../../api/job.ts';
import type { VoicesReply } from '../../api/voices.ts';
import { useQuestion } from '../daemon/use-question.ts';
import { AUDIO_FORMATS } from '../formats.ts';
import { S } from '../strings.ts';
import { Picker } from '../ui/picker.tsx';
import { Range } from '../ui/range.tsx';
import type { Draft } from './draft.ts';

export function Options({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const { data } = useQuestion<VoicesReply>('v1/voices');
  const seedId = useId();
  const labelId = useId();
  const set = (change: Partial<Draft>) => onChange({ ...draft, ...change });
  return (
    <div className="options">
      <Picker
        label={S.speak.voice}
        value={draft.voice || (data?.default ?? '')}
        choices={(data?.voices ?? []).map(({ id, name, description }) => ({
          value: id,
          label: name,
          note: description,
        }))}
        onChange={(voice) => set({ voice })}
      />
      <Picker
        label={S.speak.format}
        value={draft.format}
        choices={AUDIO_FORMATS.map((format) => ({ value: format, label: format.toUpperCase() }))}
        onChange={(format) => set({ format: format as AudioFormat })}
      />
      <Range
        label={S.speak.speed}
        value={draft.speed}
        min={0.5}
        max={2}
        step={0.05}
        format={(speed) => `${speed.toFixed(2)}×`}
        onChange={(speed) => set({ speed })}
      />
      <Collapsible.Root>
        <Collapsible.Trigger className="button quiet disclosure">{S.speak.more}</Collapsible.Trigger>
        <Collapsible.Panel className="more">
          <div className="field">
            <label className="field-label" htmlFor={labelId}>
              {S.speak.label}
            </label>
            <input
              id={labelId}
              className="control"
              maxLength={200}
              dir="auto"
              placeholder={S.speak.labelHint}
              value={draft.label}
              onChange={({ target }) => set({ label: target.value })}
            />
          </div>
          <div className="field">
            <label className="field-label" htmlFor={seedId}>
              {S.speak.seed}
            </label>
            <input
              id={seedId}
              className="control"
              type="number"
              min={0}
              max={2 ** 31 - 1}
              aria-description={S.speak.seedHint}
              value={draft.seed}
              onChange={({ target }) => set({ seed: Math.trunc(target.valueAsNumber) || 0 })}
            />
          </div>
          <Range
            label={S.speak.chunkSize}
            value={draft.chunkSize}
            min={50}
            max={1000}
            step={10}
            format={String}
            onChange={(chunkSize) => set({ chunkSize })}
          />
        </Collapsible.Panel>
      </Collapsible.Root>
    </div>
  );
}
