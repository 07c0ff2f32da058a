// The queue as a whole, asked again whenever jobs move.
import { useEffect, useRef, useState } from 'react';
import type { QueueReply } from '../../api/v1.ts';
import { get } from './client.ts';
import { useConnection, useJobs } from './jobs.ts';

/** Jobs that move in a burst are one reason to ask. */
const SETTLE_MS = 300;

export function useQueue(): QueueReply | undefined {
  const [queue, setQueue] = useState<QueueReply>();
  const { jobs } = useJobs();
  const isAway = useConnection() === 'lost';
  const timer = useRef<number>(undefined);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a job that moved is the reason
  useEffect(() => {
    // One that runs is not begun anew: jobs that move all the time would put it off for ever.
    if (isAway || timer.current !== undefined) return;
    timer.current = window.setTimeout(() => {
      timer.current = undefined;
      get<QueueReply>('v1/queue').then(setQueue, () => {});
    }, SETTLE_MS);
  }, [jobs, isAway]);
  return queue;
}
