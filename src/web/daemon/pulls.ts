// Models on their way to the daemon. A pull goes on as long as somebody watches it: here, as long as the page is open.
import { useSyncExternalStore } from 'react';
import { PULL_ERROR_EVENT, PULL_PROGRESS_EVENT } from '../../api/events.ts';
import type { PullFailure, PullProgress } from '../../api/models.ts';
import { postForEvents } from './client.ts';
import { askAgain } from './use-question.ts';

export const ALL_MODELS = 'v1/models?all=true';

interface Pull {
  /** Null until the first is told. */
  progress: PullProgress | null;
  stop: () => void;
}

const pulls = new Map<string, Pull>();
const listeners = new Set<() => void>();

/** Undefined when this page does not pull it. */
export function usePull(id: string): Pull | undefined {
  return useSyncExternalStore(subscribe, () => pulls.get(id));
}

/** Resolves when the model is here or somebody stopped it; joins a pull that is under way elsewhere. Rejects with what went wrong. */
export async function pullModel(id: string): Promise<void> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  note(id, { progress: null, stop });
  try {
    for await (const { name, data } of postForEvents(`v1/models/${id}/pull`, stopping.signal)) {
      if (name === PULL_PROGRESS_EVENT) note(id, { progress: data as PullProgress, stop });
      else if (name === PULL_ERROR_EVENT) throw new Error((data as PullFailure).message);
    }
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    note(id, undefined);
    for (const question of [ALL_MODELS, 'v1/models', 'v1/voices']) askAgain(question);
  }
}

function note(id: string, pull: Pull | undefined): void {
  if (pull === undefined) pulls.delete(id);
  else pulls.set(id, pull);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
