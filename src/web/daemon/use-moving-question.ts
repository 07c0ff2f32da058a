// Asks the daemon what changes whenever jobs move, again as they do.
import { useEffect, useRef, useState } from 'react';
import { get } from './client.ts';
import { useJobs } from './jobs.ts';

/** `path` null asks nothing. Jobs that move within `settleMs` are one reason to ask. */
export function useMovingQuestion<T>(path: string | null, settleMs: number): T | undefined {
  const [answer, setAnswer] = useState<{ path: string; data: T }>();
  const told = useJobs();
  const timer = useRef<number>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question makes what was about to be asked idle
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [path],
  );
  useEffect(() => {
    // One that runs is not begun anew: jobs that move all the time would put it off for ever.
    if (path === null || told.connection === 'lost' || timer.current !== undefined) return;
    timer.current = window.setTimeout(() => {
      timer.current = undefined;
      get<T>(path).then(
        (data) => setAnswer({ path, data }),
        () => {},
      );
    }, settleMs);
  }, [path, settleMs, told]);
  return answer?.path === path ? answer.data : undefined;
}
