// Deleting with a way back: the daemon is told only when the time to undo is over, or the page closes.
import { useEffect, useRef, useState } from 'react';
import { doForEach } from '../daemon/one-by-one.ts';
import { S } from '../strings.ts';
import { tell, tellError } from './toasts.tsx';

const UNDO_MS = 6000;

/** `act` deletes one for good; `describe` says how many are gone. */
export function useRemoval({
  act,
  describe,
}: {
  act: (id: string) => Promise<void>;
  describe: (count: number) => string;
}) {
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set());
  /** What is still to be told, each with the act that tells it. */
  const waiting = useRef(new Set<() => void>());

  useEffect(() => {
    const finish = () => {
      for (const end of waiting.current) end();
    };
    addEventListener('pagehide', finish);
    return () => {
      removeEventListener('pagehide', finish);
      finish();
    };
  }, []);

  function takeBack(ids: readonly string[]) {
    setRemoved((before) => new Set([...before].filter((id) => !ids.includes(id))));
  }

  function removeAll(ids: readonly string[]) {
    setRemoved((before) => new Set([...before, ...ids]));
    const end = () => {
      clearTimeout(timer);
      waiting.current.delete(finish);
    };
    const finish = () => {
      end();
      void doForEach(ids, (id) =>
        act(id).catch((error) => {
          takeBack([id]);
          tellError(error);
        }),
      );
    };
    const timer = setTimeout(finish, UNDO_MS);
    waiting.current.add(finish);
    tell(describe(ids.length), {
      label: S.undo,
      run: () => {
        end();
        takeBack(ids);
      },
    });
  }

  return { removed, removeAll };
}
