// Follows a job by push until it is final, over restarts of the daemon.
import { TtsError } from '../api/errors.ts';
import type { JobView } from '../api/job.ts';
import type { Session } from './session.ts';

/** Each state of the job as it changes. Ends with the final one; rejects with the signal's reason. */
export async function* followJob(
  session: Session,
  id: string,
  signal?: AbortSignal,
): AsyncGenerator<JobView> {
  for (;;) {
    const client = session.client;
    try {
      for await (const view of client.events(id, signal)) {
        yield view;
        if (isFinal(view)) return;
      }
    } catch (error) {
      if (!isLost(error)) throw error;
    }
    signal?.throwIfAborted();
    await session.reopen(client, signal);
  }
}

/** The job in its final state; `onChange` sees every state before it as well. */
export async function waitForJob(
  session: Session,
  id: string,
  signal?: AbortSignal,
  onChange?: (view: JobView) => void,
): Promise<JobView> {
  let last: JobView | undefined;
  for await (const view of followJob(session, id, signal)) {
    last = view;
    onChange?.(view);
  }
  return last!;
}

export function isFinal(view: JobView): boolean {
  return view.finished_at !== null;
}

/** Unanswered, or a daemon that is on its way down. */
function isLost(error: unknown): boolean {
  return error instanceof TtsError && (error.code === 'daemon_unreachable' || error.code === 'draining');
}
