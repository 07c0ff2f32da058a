// A new voice from a clip: a file or a recording, cut and named.
import { useState } from 'react';
import type { OpenAiModels } from '../../api/openai.ts';
import type { Voice } from '../../api/voices.ts';
import { post } from '../daemon/client.ts';
import { askAgain, useQuestion } from '../daemon/use-question.ts';
import { S } from '../strings.ts';
import { Checkbox } from '../ui/checkbox.tsx';
import { Field } from '../ui/field.tsx';
import { Picker } from '../ui/picker.tsx';
import { TextField } from '../ui/text-field.tsx';
import { tell, tellError } from '../ui/toasts.tsx';
import { Window } from '../ui/window.tsx';
import { ClipEditor } from './clip-editor.tsx';
import { Recorder } from './recorder.tsx';
import { type Cut, decodeClip, encodeWav, getLengthSec, type SoundClip } from './sound-clip.ts';
import { VOICES } from './voices-question.ts';

export function ClipWindow({
  voices,
  standard,
  onClose,
}: {
  voices: readonly Voice[];
  /** Empty until it is known. */
  standard: string;
  onClose: () => void;
}) {
  const [clip, setClip] = useState<SoundClip>();
  const [cut, setCut] = useState<Cut>({ startSec: 0, endSec: 0, gainDb: 0 });
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [chosen, setChosen] = useState<string>();
  const basedOn = chosen ?? standard;
  const [hasConsent, setConsent] = useState(false);
  const [licence, setLicence] = useState('');
  const [isSaving, setSaving] = useState(false);
  const { data: models } = useQuestion<OpenAiModels>('v1/models');
  const cloner = models?.data.find(({ clones }) => clones);

  async function take(sound: Blob, from: string) {
    try {
      const decoded = await decodeClip(sound, from);
      setClip(decoded);
      setCut({ startSec: 0, endSec: getLengthSec(decoded), gainDb: 0 });
      if (name === '') setName(from.replace(/\.[^.]+$/, ''));
    } catch {
      tell(S.voices.unreadable(from));
    }
  }

  async function save() {
    if (!clip) return;
    setSaving(true);
    const form = new FormData();
    form.set('name', name.trim());
    form.set('description', description.trim());
    if (basedOn !== '') form.set('based_on', basedOn);
    form.set('consent', 'true');
    if (licence.trim() !== '') form.set('licence', licence.trim());
    form.set('file', encodeWav(clip, cut), `${clip.name.replace(/\.[^.]+$/, '')}.wav`);
    try {
      await post<Voice>(VOICES, form);
      askAgain(VOICES);
      onClose();
    } catch (error) {
      tellError(error);
      setSaving(false);
    }
  }

  return (
    <Window title={S.voices.addClip} isOpen onClose={onClose}>
      {models && cloner === undefined && <p className="warning">{S.voices.noCloning}</p>}
      <Field label={S.voices.file}>
        {(control) => (
          <input
            {...control}
            type="file"
            accept="audio/*"
            onChange={({ target }) => {
              const [file] = target.files ?? [];
              if (file) void take(file, file.name);
            }}
          />
        )}
      </Field>
      <Recorder onRecorded={(sound) => take(sound, S.voices.recording)} />
      {clip && <ClipEditor clip={clip} cut={cut} onChange={setCut} />}
      <TextField label={S.voices.name} value={name} maxLength={100} onChange={setName} />
      <TextField label={S.voices.description} value={description} maxLength={500} onChange={setDescription} />
      <Picker
        label={S.voices.standIn}
        value={basedOn}
        choices={voices
          .filter(({ kind }) => kind === 'built_in')
          .map((voice) => ({ value: voice.id, label: voice.name, note: voice.description }))}
        onChange={setChosen}
      />
      <TextField
        label={S.voices.licence}
        hint={S.voices.licenceHint}
        value={licence}
        maxLength={200}
        onChange={setLicence}
      />
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the box is in it */}
      <label className="tick">
        <Checkbox label={S.voices.consent} isChecked={hasConsent} onChange={setConsent} /> {S.voices.consent}
      </label>
      <div className="actions">
        <button
          type="button"
          className="button primary"
          disabled={!clip || name.trim() === '' || !hasConsent || isSaving}
          onClick={save}
        >
          {S.voices.save}
        </button>
      </div>
    </Window>
  );
}
