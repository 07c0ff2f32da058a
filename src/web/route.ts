// Which view shows: the part of the address behind the hash, so that no server need know of it.
import { useSyncExternalStore } from 'react';

export const VIEWS = ['speak', 'history', 'queue', 'voices', 'settings'] as const;
export type View = (typeof VIEWS)[number];

export function useView(): View {
  return useSyncExternalStore(subscribe, readView);
}

export function showView(view: View): void {
  location.hash = `#/${view}`;
}

function readView(): View {
  const name = location.hash.replace(/^#\/?/, '');
  return VIEWS.find((view) => view === name) ?? 'speak';
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}
