// One voice: who it is, how it sounds, and what can be done with it.
import { Menu } from '@base-ui/react/menu';
import type { Voice } from '../../api/voices.ts';
import { resolveUrl } from '../daemon/client.ts';
import { formatLanguage, formatSpeed, S } from '../strings.ts';
import { SoundButton } from '../ui/sound-button.tsx';

export function VoiceCard({
  voice,
  speaker,
  isStandard,
  onChange,
  onDerive,
  onRemove,
}: {
  voice: Voice;
  /** Who speaks it, where that is another. */
  speaker: string | null;
  isStandard: boolean;
  onChange: () => void;
  onDerive: () => void;
  onRemove: () => void;
}) {
  const { name, kind, description, language, model, defaults, clip, id, preview_url, cloned_by } = voice;
  const facts = [formatLanguage(language), model, id];
  if (defaults.speed !== undefined && defaults.speed !== 1) facts.push(formatSpeed(defaults.speed));
  return (
    <article className="card voice">
      <div className="voice-head">
        <h2 dir="auto">{name}</h2>
        <span className="badge">{S.voices.kinds[kind]}</span>
        {isStandard && <span className="badge">{S.voices.standard}</span>}
      </div>
      <p dir="auto">{description}</p>
      <p className="job-facts">{facts.join(' · ')}</p>
      {clip !== null && (
        <p className="hint">
          {[
            ...(cloned_by !== null ? [S.voices.clonedBy(cloned_by)] : []),
            ...(cloned_by === null && speaker !== null ? [S.voices.spokenBy(speaker)] : []),
            ...(voice.clip_note !== null ? [voice.clip_note] : []),
            ...(voice.licence !== null ? [S.voices.licensed(voice.licence)] : []),
            voice.consent_at === null
              ? S.voices.noConsent
              : S.voices.consented(voice.consent_at.slice(0, 10)),
          ].join(' ')}
        </p>
      )}
      <div className="actions">
        <SoundButton
          url={resolveUrl(preview_url.slice(1))}
          label={S.voices.hear(name)}
          text={S.voices.listen}
        />
        <Menu.Root>
          <Menu.Trigger className="button" aria-label={S.voices.more(name)}>
            ⋯
          </Menu.Trigger>
          <Menu.Portal>
            <Menu.Positioner className="popup-layer" sideOffset={4} align="end">
              <Menu.Popup className="popup popup-list">
                <Menu.Item className="popup-item" onClick={onDerive}>
                  {S.voices.makePreset}
                </Menu.Item>
                {kind !== 'built_in' && (
                  <>
                    <Menu.Item className="popup-item" onClick={onChange}>
                      {S.voices.edit}
                    </Menu.Item>
                    <Menu.Item className="popup-item" onClick={onRemove}>
                      {S.history.remove}
                    </Menu.Item>
                  </>
                )}
              </Menu.Popup>
            </Menu.Positioner>
          </Menu.Portal>
        </Menu.Root>
      </div>
    </article>
  );
}
