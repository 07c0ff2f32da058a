// The frame around the views: navigation, the daemon's presence, messages.
import { lazy, Suspense, useEffect } from 'react';
import { KeyWindow } from './access/key-window.tsx';
import { followDaemon, useConnection } from './daemon/jobs.ts';
import { useView, VIEWS, type View } from './route.ts';
import { SpeakView } from './speak/speak-view.tsx';
import { S } from './strings.ts';
import { useTheme } from './theme.ts';
import { Toasts } from './ui/toasts.tsx';

/** Only the first view is in the first load. */
const LAZY_VIEWS = {
  history: lazy(() => import('./history/history-view.tsx')),
  queue: lazy(() => import('./queue/queue-view.tsx')),
  voices: lazy(() => import('./voices/voices-view.tsx')),
  settings: lazy(() => import('./settings/settings-view.tsx')),
} satisfies Record<Exclude<View, 'speak'>, unknown>;

export function App() {
  const view = useView();
  const [theme, setTheme] = useTheme();
  useEffect(followDaemon, []);
  const Lazy = view === 'speak' ? null : LAZY_VIEWS[view];
  return (
    <Toasts>
      <a className="skip-link" href="#main">
        {S.skipToContent}
      </a>
      <header className="header">
        <span className="brand">
          <img src="./icon.svg" alt="" width="28" height="28" />
          {S.appName}
        </span>
        <nav className="nav" aria-label={S.appName}>
          {VIEWS.map((name) => (
            <a key={name} href={`#/${name}`} aria-current={name === view ? 'page' : undefined}>
              {S.views[name]}
            </a>
          ))}
        </nav>
      </header>
      <ConnectionBanner />
      <KeyWindow />
      <main id="main" tabIndex={-1}>
        {/* Kept, so that what plays goes on playing while somebody looks around. */}
        <div hidden={view !== 'speak'}>
          <SpeakView />
        </div>
        {Lazy && (
          <Suspense fallback={null}>
            <Lazy theme={theme} setTheme={setTheme} />
          </Suspense>
        )}
      </main>
    </Toasts>
  );
}

function ConnectionBanner() {
  const connection = useConnection();
  return (
    <div role="status" className="banner-slot">
      {connection === 'lost' && <p className="banner">{S.connection.lost}</p>}
    </div>
  );
}
