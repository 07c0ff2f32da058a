// How it should sound.
import { Collapsible } from '@base-ui/react/collapsible';
import { useId } from 'react';
import type { AudioFormat } from '../../api/job.ts';
import type { OpenAiModels } from '../../api/openai.ts';
import type { VoicesReply } from '../../api/voices.ts';
import { resolveUrl } from '../daemon/client.ts';
import { useQuestion } from '../daemon/use-question.ts';
import { AUDIO_FORMATS } from '../formats.ts';
import { formatLanguage, formatSpeed, S } from '../strings.ts';
import { Picker } from '../ui/picker.tsx';
import { Range } from '../ui/range.tsx';
import { SoundButton } from '../ui/sound-button.tsx';
import { type Draft, MODEL_PARAMETERS, type ModelParameter } from './draft.ts';

/** As `GET /api/ui/initial-data` has them. */
interface PagePreset {
  name: string;
  text: string;
  params: Record<string, number | string>;
}

export function Options({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const { data } = useQuestion<VoicesReply>('v1/voices');
  const seedId = useId();
  const labelId = useId();
  const { data: models } = useQuestion<OpenAiModels>('v1/models');
  const { data: page } = useQuestion<{ presets: PagePreset[] }>('api/ui/initial-data');
  const voice = data?.voices.find(({ id }) => id === (draft.voice || data.default));
  const model = models?.data.find(({ id }) => id === voice?.model);
  const parameters = Object.entries(MODEL_PARAMETERS).filter(([name]) => model?.parameters?.includes(name));
  const set = (change: Partial<Draft>) => onChange({ ...draft, ...change });
  return (
    <div className="options">
      {page && (
        <Picker
          label={S.speak.preset}
          value=""
          choices={[
            { value: '', label: S.speak.presetHint },
            ...page.presets.map(({ name }) => ({ value: name, label: name })),
          ]}
          onChange={(name) => {
            const preset = page.presets.find((one) => one.name === name);
            if (preset) onChange(startFrom(preset, draft));
          }}
        />
      )}
      <div className="voice-pick">
        <Picker
          label={S.speak.voice}
          value={voice?.id ?? draft.voice}
          choices={(data?.voices ?? []).map(({ id, name, description }) => ({
            value: id,
            label: name,
            note: description,
          }))}
          onChange={(next) => set({ voice: next, params: {}, language: '' })}
        />
        {voice && <SoundButton url={resolveUrl(voice.preview_url.slice(1))} label={S.speak.preview} />}
      </div>
      {model?.languages && model.languages.length > 1 && (
        <Picker
          label={S.speak.language}
          value={draft.language || (voice?.language ?? '')}
          choices={model.languages.map((tag) => ({ value: tag, label: formatLanguage(tag) }))}
          onChange={(language) => set({ language })}
        />
      )}
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
        format={formatSpeed}
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
          {parameters.map(([name, { min, max, standard }]) => (
            <Range
              key={name}
              label={S.speak.parameters[name as ModelParameter]}
              value={draft.params[name as ModelParameter] ?? standard}
              min={min}
              max={max}
              step={0.05}
              format={(value) => value.toFixed(2)}
              onChange={(value) => set({ params: { ...draft.params, [name]: value } })}
            />
          ))}
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

function startFrom({ text, params }: PagePreset, draft: Draft): Draft {
  const { speed_factor = 1, seed = 0 } = params;
  return { ...draft, text, speed: Number(speed_factor), seed: Number(seed) };
}
