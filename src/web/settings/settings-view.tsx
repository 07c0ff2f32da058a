// How the page looks, and how the daemon is set.
import { S } from '../strings.ts';
import { THEMES, type Theme } from '../theme.ts';
import { Picker } from '../ui/picker.tsx';

export default function SettingsView({
  theme,
  setTheme,
}: {
  theme: Theme;
  setTheme: (theme: Theme) => void;
}) {
  return (
    <section className="view">
      <h1>{S.settings.title}</h1>
      <section className="card">
        <Picker
          label={S.settings.theme}
          value={theme}
          choices={THEMES.map((value) => ({ value, label: S.settings.themes[value] }))}
          onChange={(next) => setTheme(next as Theme)}
        />
      </section>
    </section>
  );
}
