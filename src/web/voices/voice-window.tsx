// The words and pace of a voice: of one's own to be changed, or of a new one that another speaks.
import { useState } from 'react';
import type { NewVoiceBody, Voice } from '../../api/voices.ts';
import { patch, post } from '../daemon/client.ts';
import { askAgain } from '../daemon/use-question.ts';
import { formatSpeed, S } from '../strings.ts';
import { Range } from '../ui/range.tsx';
import { TextField } from '../ui/text-field.tsx';
import { tellError } from '../ui/toasts.tsx';
import { Window } from '../ui/window.tsx';
import { VOICES } from './voices-question.ts';

export function VoiceWindow({
  voice,
  isNew,
  onClose,
}: {
  /** The one that is changed, or that speaks the new one. */
  voice: Voice;
  isNew: boolean;
  onClose: () => void;
}) {
  const [name, setName] = useState(isNew ? '' : voice.name);
  const [description, setDescription] = useState(isNew ? '' : voice.description);
  const [speed, setSpeed] = useState(voice.defaults.speed ?? 1);
  const [isSaving, setSaving] = useState(false);

  async function save() {
    setSaving(true);
    const body: NewVoiceBody = {
      name: name.trim(),
      description: description.trim(),
      defaults: { ...voice.defaults, speed },
    };
    try {
      if (isNew) await post<Voice>(VOICES, { ...body, based_on: voice.id });
      else await patch<Voice>(`${VOICES}/${voice.id}`, body);
      askAgain(VOICES);
      onClose();
    } catch (error) {
      tellError(error);
      setSaving(false);
    }
  }

  return (
    <Window
      title={isNew ? S.voices.presetOf(voice.name) : S.voices.change(voice.name)}
      isOpen
      onClose={onClose}
    >
      <TextField label={S.voices.name} value={name} maxLength={100} onChange={setName} />
      <TextField label={S.voices.description} value={description} maxLength={500} onChange={setDescription} />
      <Range
        label={S.speak.speed}
        value={speed}
        min={0.5}
        max={2}
        step={0.05}
        format={formatSpeed}
        onChange={setSpeed}
      />
      <div className="actions">
        <button
          type="button"
          className="button primary"
          disabled={name.trim() === '' || isSaving}
          onClick={save}
        >
          {S.voices.save}
        </button>
      </div>
    </Window>
  );
}
