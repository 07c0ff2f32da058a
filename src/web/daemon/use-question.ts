// Asks the daemon something for as long as a component shows, and again when the question changes.
import { useEffect, useState } from 'react';
import { get } from './client.ts';
import { useConnection } from './jobs.ts';

export interface Answer<T> {
  data: T | undefined;
  error: Error | undefined;
  again: () => void;
}

/** `path` null asks nothing. Asked again by itself when the daemon comes back. */
export function useQuestion<T>(path: string | null): Answer<T> {
  const [answer, setAnswer] = useState<{ path: string; data?: T; error?: Error }>();
  const [round, setRound] = useState(0);
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
  return { data: fresh?.data, error: fresh?.error, again: () => setRound((n) => n + 1) };
}
