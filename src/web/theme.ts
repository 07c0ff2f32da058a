// Light, dark, or as the system has it.
import { useLayoutEffect, useSyncExternalStore } from 'react';
import { useStored } from './stored.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useStored<Theme>('ttsd.theme', 'system');
  // Before anybody reads a colour.
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return [theme, setTheme];
}

/** For whoever draws in colours that a style sheet cannot reach: changes when they do. */
export function useIsDark(): boolean {
  const [theme] = useTheme();
  const isDarkBySystem = useSyncExternalStore(subscribe, () => systemIsDark.matches);
  return theme === 'dark' || (theme === 'system' && isDarkBySystem);
}

function subscribe(listener: () => void): () => void {
  systemIsDark.addEventListener('change', listener);
  return () => systemIsDark.removeEventListener('change', listener);
}
