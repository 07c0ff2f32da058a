// Deleting with a way back: the daemon is told only when the time to undo is over, or the page closes.
import { useEffect, useRef, useState } from 'react';
import { remove } from '../daemon/client.ts';
import type { JobView } from '../daemon/job-state.ts';
import { forgetJob } from '../daemon/jobs.ts';
import { S } from '../strings.ts';
import { tell, tellError } from '../ui/toasts.tsx';

const UNDO_MS = 6000;

export function useRemoval() {
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set());
  /** What is still to be told, each with the act that tells it. */
  const waiting = useRef(new Set<() => void>());

  useEffect(() => {
    const finish = () => {
      for (const act of waiting.current) act();
    };
    addEventListener('pagehide', finish);
    return () => {
      removeEventListener('pagehide', finish);
      finish();
    };
  }, []);

  function removeJobs(jobs: readonly JobView[]) {
    const ids = jobs.map(({ id }) => id);
    setRemoved((before) => new Set([...before, ...ids]));
    const end = () => {
      clearTimeout(timer);
      waiting.current.delete(act);
    };
    const act = () => {
      end();
      for (const id of ids) remove(`v1/jobs/${id}`).then(() => forgetJob(id), tellError);
    };
    const timer = setTimeout(act, UNDO_MS);
    waiting.current.add(act);
    tell(S.history.removed(ids.length), {
      label: S.history.undo,
      run: () => {
        end();
        setRemoved((before) => new Set([...before].filter((id) => !ids.includes(id))));
      },
    });
  }

  return { removed, removeJobs };
}
