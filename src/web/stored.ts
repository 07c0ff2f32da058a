// What the browser remembers between two visits. A browser that forbids it forgets: the page works all the same.
import { useCallback, useState } from 'react';

/** The names are part of the page's contract with itself: an older visit must still be understood. */
export type StoredName = 'ttsd.draft' | 'ttsd.job' | 'ttsd.theme';

function readStored<T>(name: StoredName): T | undefined {
  try {
    const text = localStorage.getItem(name);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

function writeStored(name: StoredName, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Full or forbidden.
  }
}

export function useStored<T>(name: StoredName, initial: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => readStored<T>(name) ?? initial);
  const store = useCallback(
    (next: T) => {
      setValue(next);
      writeStored(name, next);
    },
    [name],
  );
  return [value, store];
}
