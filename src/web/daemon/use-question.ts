// Asks the daemon something for as long as a component shows, and again when the question or its answer changes.
import { useEffect, useState, useSyncExternalStore } from 'react';
import { get } from './client.ts';
import { useConnection } from './jobs.ts';

export interface Answer<T> {
  data: T | undefined;
  error: Error | undefined;
}

/** How often each question was asked again. */
const rounds = new Map<string, number>();
const listeners = new Set<() => void>();

/** For whoever changed what the daemon answers: all who have asked this are told anew. */
export function askAgain(path: string): void {
  rounds.set(path, (rounds.get(path) ?? 0) + 1);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** `path` null asks nothing. Asked again by itself when the daemon comes back. */
export function useQuestion<T>(path: string | null): Answer<T> {
  const [answer, setAnswer] = useState<{ path: string; data?: T; error?: Error }>();
  const round = useSyncExternalStore(subscribe, () => rounds.get(path ?? '') ?? 0);
  const isAway = useConnection() === 'lost';
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks the same question again
  useEffect(() => {
    if (path === null || isAway) return;
    const left = new AbortController();
    get<T>(path, left.signal).then(
      (data) => setAnswer({ path, data }),
      (error: Error) => {
        if (!left.signal.aborted) setAnswer({ path, error });
      },
    );
    return () => left.abort();
  }, [path, round, isAway]);
  const fresh = answer?.path === path ? answer : undefined;
  return { data: fresh?.data, error: fresh?.error };
}
