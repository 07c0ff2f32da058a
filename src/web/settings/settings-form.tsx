// The daemon's own settings: checked as they are typed, by what the daemon says each takes, and once more by the daemon.
import { useState } from 'react';
import type { SettingsView, SettingView } from '../../api/v1.ts';
import { DaemonError, post } from '../daemon/client.ts';
import { askAgain } from '../daemon/use-question.ts';
import { S } from '../strings.ts';
import { Picker } from '../ui/picker.tsx';
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
  const { name, kind, choices } = setting;
  const label = name.split('.')[1]!;
  if (kind === 'choice' || kind === 'switch') {
    const labels = kind === 'choice' ? choices.map((choice) => [choice, choice]) : SWITCH;
    return (
      <div className="field">
        <Picker
          label={label}
          value={value}
          choices={labels.map(([choice = '', text = '']) => ({ value: choice, label: text }))}
          onChange={onChange}
        />
        <p className={problem ? 'problem' : 'hint'}>{problem || describe(setting)}</p>
      </div>
    );
  }
  return (
    <TextField
      label={label}
      value={value}
      hint={describe(setting)}
      problem={problem || undefined}
      onChange={onChange}
    />
  );
}

const SWITCH = [
  ['true', S.settings.on],
  ['false', S.settings.off],
];

function describe({
  minimum,
  maximum,
  needs_restart,
  is_overridden,
  default: standard,
}: SettingView): string {
  const parts: string[] = [];
  if (minimum !== null || maximum !== null) parts.push(S.settings.within(minimum, maximum));
  if (standard !== '') parts.push(S.settings.standard(String(standard)));
  if (needs_restart) parts.push(S.settings.needsRestart);
  if (is_overridden) parts.push(S.settings.overridden);
  return parts.join(' · ');
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
