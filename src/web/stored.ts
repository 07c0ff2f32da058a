// What the browser remembers between two visits. A browser that forbids it forgets: the page works all the same.
import { useCallback, useSyncExternalStore } from 'react';

/** The names are part of the page's contract with itself: an older visit must still be understood. */
type StoredName = 'ttsd.draft' | 'ttsd.job' | 'ttsd.theme';

const values = new Map<StoredName, unknown>();
const listeners = new Set<() => void>();

/** Like `useState`, for every component that names it. Two tabs do not disturb each other: the last one to write is remembered. */
export function useStored<T>(name: StoredName, initial: T): [T, (value: T) => void] {
  const value = useSyncExternalStore(subscribe, () => getStored(name, initial));
  return [value, useCallback((next: T) => setStored(name, next), [name])];
}

export function setStored(name: StoredName, value: unknown): void {
  values.set(name, value);
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Full or forbidden.
  }
  for (const listener of listeners) listener();
}

function getStored<T>(name: StoredName, initial: T): T {
  if (!values.has(name)) values.set(name, read(name) ?? initial);
  return values.get(name) as T;
}

function read(name: StoredName): unknown {
  try {
    return JSON.parse(localStorage.getItem(name) ?? 'null');
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
