// How the page looks, and how the daemon is set.
import type { SettingsView as SettingsReply } from '../../api/v1.ts';
import { signOut } from '../daemon/client.ts';
import { useQuestion } from '../daemon/use-question.ts';
import { S } from '../strings.ts';
import { THEMES, type Theme } from '../theme.ts';
import { Picker } from '../ui/picker.tsx';
import { tellError } from '../ui/toasts.tsx';
import { SETTINGS, SettingsForm } from './settings-form.tsx';

export default function SettingsView({
  theme,
  setTheme,
}: {
  theme: Theme;
  setTheme: (theme: Theme) => void;
}) {
  const { data, error } = useQuestion<SettingsReply>(SETTINGS);
  return (
    <section className="view">
      <h1>{S.settings.title}</h1>
      <section className="card view" aria-labelledby="appearance-title">
        <h2 id="appearance-title">{S.settings.appearance}</h2>
        <Picker
          label={S.settings.theme}
          value={theme}
          choices={THEMES.map((value) => ({ value, label: S.settings.themes[value] }))}
          onChange={(next) => setTheme(next as Theme)}
        />
      </section>
      {error && <p className="problem">{error.message}</p>}
      {data && <SettingsForm key={JSON.stringify(data)} reply={data} />}
      <section className="card view" aria-labelledby="access-title">
        <h2 id="access-title">{S.access.title}</h2>
        <p className="hint">{S.access.leaveHint}</p>
        <div>
          <button
            type="button"
            className="button"
            onClick={() => signOut().then(() => location.reload(), tellError)}
          >
            {S.access.leave}
          </button>
        </div>
      </section>
    </section>
  );
}
