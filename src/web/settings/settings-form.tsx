// The daemon's own settings: checked as they are typed, by what the daemon says each takes, and once more by the daemon.
import { useState } from 'react';
import type { SettingsView, SettingView } from '../../api/v1.ts';
import type { VoicesReply } from '../../api/voices.ts';
import { DaemonError, post } from '../daemon/client.ts';
import { askAgain, useQuestion } from '../daemon/use-question.ts';
import { formatBytes, S } from '../strings.ts';
import { type Choice, Picker } from '../ui/picker.tsx';
import { TextField } from '../ui/text-field.tsx';
import { tell, tellError } from '../ui/toasts.tsx';
import { Window } from '../ui/window.tsx';
import { checkSetting, parseSetting } from './check-setting.ts';

export const SETTINGS = 'v1/settings';

interface Outcome {
  message: string;
}

export function SettingsForm({ reply }: { reply: SettingsView }) {
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [refused, setRefused] = useState<Readonly<Record<string, string>>>({});
  const [isAsking, setAsking] = useState(false);
  const changed = reply.settings.filter(
    ({ name, value }) => (typed[name] ?? String(value)) !== String(value),
  );
  const isWrong = changed.some((setting) => checkSetting(setting, typed[setting.name]!) !== undefined);
  const sections = Object.entries(Object.groupBy(reply.settings, ({ name }) => name.split('.')[0]!));

  async function save() {
    const body: Record<string, Record<string, unknown>> = {};
    for (const setting of changed) {
      const [section = '', key = ''] = setting.name.split('.');
      body[section] = { ...body[section], [key]: parseSetting(setting, typed[setting.name]!) };
    }
    try {
      tell((await post<Outcome>('save_settings', body)).message);
      askAgain(SETTINGS);
    } catch (error) {
      const problems = error instanceof DaemonError ? sortProblems(error.message, changed) : {};
      setRefused(problems);
      if (Object.keys(problems).length === 0) tellError(error);
    }
  }

  async function reset() {
    setAsking(false);
    try {
      tell((await post<Outcome>('reset_settings')).message);
      askAgain(SETTINGS);
    } catch (error) {
      tellError(error);
    }
  }

  return (
    <>
      {reply.restart_needed && <p className="warning">{S.settings.restartNeeded}</p>}
      {sections.map(([section, settings = []]) => (
        <section key={section} className="card view" aria-labelledby={`section-${section}`}>
          <h2 id={`section-${section}`}>{S.settings.sections[section] ?? section}</h2>
          <div className="settings">
            {settings.map((setting) => {
              const value = typed[setting.name] ?? String(setting.value);
              return (
                <Setting
                  key={setting.name}
                  setting={setting}
                  value={value}
                  problem={checkSetting(setting, value) ?? refused[setting.name]}
                  onChange={(next) => {
                    setTyped({ ...typed, [setting.name]: next });
                    setRefused({ ...refused, [setting.name]: '' });
                  }}
                />
              );
            })}
          </div>
        </section>
      ))}
      <div className="actions">
        <button
          type="button"
          className="button primary"
          disabled={changed.length === 0 || isWrong}
          onClick={save}
        >
          {S.settings.save}
        </button>
        <button type="button" className="button danger" onClick={() => setAsking(true)}>
          {S.settings.reset}
        </button>
      </div>
      <Window title={S.settings.resetTitle} isOpen={isAsking} onClose={() => setAsking(false)}>
        <p>{S.settings.resetHint}</p>
        <div className="actions">
          <button type="button" className="button danger" onClick={reset}>
            {S.settings.reset}
          </button>
        </div>
      </Window>
    </>
  );
}

function Setting({
  setting,
  value,
  problem,
  onChange,
}: {
  setting: SettingView;
  value: string;
  problem: string | undefined;
  onChange: (value: string) => void;
}) {
  const { data } = useQuestion<VoicesReply>(setting.name === DEFAULT_VOICE ? 'v1/voices' : null);
  const { kind } = setting;
  const { label } = wordsOf(setting);
  const field = { label, value, hint: describe(setting, value), problem: problem || undefined, onChange };
  if (setting.name === DEFAULT_VOICE) return <Picker {...field} choices={listVoices(value, data)} />;
  if (kind === 'choice' || kind === 'switch') return <Picker {...field} choices={listChoices(setting)} />;
  return <TextField {...field} isNumber={kind !== 'text'} />;
}

const DEFAULT_VOICE = 'tts_engine.default_voice_id';

/** Also one that is set and not among them, such as an alias. */
function listVoices(value: string, data: VoicesReply | undefined): Choice[] {
  const voices = data?.voices.map(({ id, name, description }) => ({
    value: id,
    label: name,
    note: description,
  }));
  const choices = [{ value: '', label: S.settings.ownVoice }, ...(voices ?? [])];
  return choices.some((choice) => choice.value === value) ? choices : [...choices, { value, label: value }];
}

function listChoices({ kind, choices }: SettingView): Choice[] {
  if (kind === 'choice')
    return choices.map((choice) => ({ value: choice, label: S.settings.choices[choice] ?? choice }));
  return [
    { value: 'true', label: S.settings.on },
    { value: 'false', label: S.settings.off },
  ];
}

/** A key that has no words yet goes by its own name. */
function wordsOf({ name }: SettingView): { label: string; help: string } {
  return S.settings.keys[name] ?? { label: name, help: '' };
}

function describe(setting: SettingView, value: string): string {
  const { name, minimum, maximum, above, needs_restart, is_overridden, default: standard } = setting;
  const { help } = wordsOf(setting);
  const parts: string[] = [];
  const isBytes = name.endsWith('_bytes');
  if (isBytes && Number(value) > 0) parts.push(formatBytes(Number(value)));
  const show = (one: string | number | boolean) =>
    isBytes ? formatBytes(Number(one)) : (S.settings.choices[String(one)] ?? String(one));
  if (minimum !== null || maximum !== null) parts.push(S.settings.within(minimum, maximum));
  if (above !== null) parts.push(S.settings.above(above));
  if (standard !== '') parts.push(S.settings.standard(show(standard)));
  if (needs_restart) parts.push(S.settings.needsRestart);
  if (is_overridden) parts.push(S.settings.overridden);
  return [help, parts.join(' · ')].filter((line) => line !== '').join('\n');
}

/** Each line of the daemon's answer names its key. */
function sortProblems(message: string, settings: readonly SettingView[]): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const line of message.split('\n')) {
    const found = settings.find(({ name }) => line.includes(name));
    if (found) problems[found.name] = line;
  }
  return problems;
}
