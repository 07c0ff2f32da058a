// How it should sound.
import { Collapsible } from '@base-ui/react/collapsible';
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
import { TextField } from '../ui/text-field.tsx';
import {
  type Draft,
  getParameter,
  getSpeed,
  MODEL_PARAMETERS,
  type ModelParameter,
  PAGE_DATA,
  type PageData,
  startFrom,
} from './draft.ts';

const MAX_SEED = 2 ** 31 - 1;

export function Options({
  draft,
  onChange,
  onReplaceText,
}: {
  draft: Draft;
  onChange: (draft: Draft) => void;
  /** A change that puts another text in the place of what somebody wrote. */
  onReplaceText: (draft: Draft) => void;
}) {
  const { data, error } = useQuestion<VoicesReply>('v1/voices');
  const { data: models } = useQuestion<OpenAiModels>('v1/models');
  const { data: page } = useQuestion<PageData>(PAGE_DATA);
  const defaults = page?.config.generation_defaults;
  const voice = data?.voices.find(({ id }) => id === (draft.voice || data.default));
  const model = models?.data.find(({ id }) => id === voice?.model);
  const parameters = Object.keys(MODEL_PARAMETERS).filter((name) => model?.parameters?.includes(name));
  const set = (change: Partial<Draft>) => onChange({ ...draft, ...change });
  return (
    <div className="options">
      {error && <p className="problem">{error.message}</p>}
      <Picker
        label={S.speak.preset}
        value=""
        choices={[
          { value: '', label: S.speak.presetHint },
          ...(page?.presets ?? []).map(({ name, text }) => ({ value: name, label: name, note: text })),
        ]}
        onChange={(name) => {
          const preset = page?.presets.find((one) => one.name === name);
          if (preset) onReplaceText(startFrom(preset, draft));
        }}
      />
      <div className="voice-pick">
        <Picker
          label={S.speak.voice}
          value={voice?.id ?? draft.voice}
          choices={(data?.voices ?? []).map(({ id, name, description, cloned_by }) => ({
            value: id,
            label: name,
            note: description || (cloned_by === null ? '' : S.voices.clonedBy(cloned_by)),
          }))}
          onChange={(next) => set({ voice: next, speed: null, params: {}, language: '' })}
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
        choices={AUDIO_FORMATS.map((format) => ({
          value: format,
          label: format.toUpperCase(),
          note: S.speak.formats[format],
        }))}
        onChange={(format) => set({ format: format as AudioFormat })}
      />
      <Range
        label={S.speak.speed}
        value={getSpeed(draft, voice, defaults)}
        min={0.5}
        max={2}
        step={0.05}
        format={formatSpeed}
        onChange={(speed) => set({ speed })}
      />
      <Collapsible.Root>
        <Collapsible.Trigger className="button disclosure">{S.speak.more}</Collapsible.Trigger>
        <Collapsible.Panel className="more">
          <TextField
            label={S.speak.label}
            hint={S.speak.labelHint}
            maxLength={200}
            value={draft.label}
            onChange={(label) => set({ label })}
          />
          <TextField
            label={S.speak.seed}
            hint={S.speak.seedHint}
            isNumber
            maxLength={10}
            value={String(draft.seed ?? defaults?.seed ?? 0)}
            onChange={(typed) => set({ seed: Math.min(MAX_SEED, Number(typed.replace(/\D/g, ''))) })}
          />
          {defaults &&
            (parameters as ModelParameter[]).map((name) => (
              <Range
                key={name}
                label={S.speak.parameters[name]}
                value={getParameter(name, draft, voice, defaults)}
                {...MODEL_PARAMETERS[name]}
                step={0.05}
                format={(value) => value.toFixed(2)}
                onChange={(value) => set({ params: { ...draft.params, [name]: value } })}
              />
            ))}
          {defaults && (
            <Range
              label={S.speak.chunkSize}
              value={draft.chunkSize ?? defaults.chunk_size}
              min={50}
              max={1000}
              step={10}
              format={String}
              onChange={(chunkSize) => set({ chunkSize })}
            />
          )}
        </Collapsible.Panel>
      </Collapsible.Root>
    </div>
  );
}
