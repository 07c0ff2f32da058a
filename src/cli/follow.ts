// Follows a job by push until it is final, over restarts of the daemon.
import { TtsError } from '../api/errors.ts';
import { OPEN_EVENT, REMOVED_EVENT } from '../api/events.ts';
import type { JobView } from '../api/job.ts';
import type { Client } from './client.ts';
import { pathOf } from './each-job.ts';
import type { Session } from './session.ts';

const LOOKED_AT_TOGETHER = 16;

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

/**
 * Each of the jobs once it has ended, over restarts of the daemon; one connection serves any number of them. `onChange` sees
 * the states before as well.
 */
export async function* waitForEach(
  session: Session,
  ids: readonly string[],
  signal?: AbortSignal,
  onChange?: (view: JobView) => void,
): AsyncGenerator<JobView> {
  const waiting = new Set(ids);
  while (waiting.size > 0) {
    const { client } = session;
    try {
      const events = onChange ? client.changes(signal) : client.ends(signal);
      for await (const { name, data } of events) {
        // Only what ends from now on will be told: who has ended before is asked for.
        const views = name === OPEN_EVENT ? lookAtEach(client, [...waiting]) : [data as JobView];
        for await (const view of views) {
          if (!waiting.has(view.id)) continue;
          if (name === REMOVED_EVENT)
            throw new TtsError('job_not_found', `Job ${view.id} was forgotten meanwhile.`);
          onChange?.(view);
          if (isFinal(view) && waiting.delete(view.id)) yield view;
        }
        if (waiting.size === 0) return;
      }
    } catch (error) {
      if (!isLost(error)) throw error;
    }
    signal?.throwIfAborted();
    await session.reopen(client, signal);
  }
}

async function* lookAtEach(client: Client, ids: readonly string[]): AsyncGenerator<JobView> {
  for (let start = 0; start < ids.length; start += LOOKED_AT_TOGETHER) {
    const some = ids.slice(start, start + LOOKED_AT_TOGETHER);
    yield* await Promise.all(some.map((id) => client.get<JobView>(pathOf(id))));
  }
}

export function isFinal(view: JobView): boolean {
  return view.finished_at !== null;
}

/** Unanswered, or a daemon that is on its way down. */
function isLost(error: unknown): boolean {
  return error instanceof TtsError && (error.code === 'daemon_unreachable' || error.code === 'draining');
}
