// The changes of all jobs as server-sent events, from a numbered change on: what came while nobody listened is told first.
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { JOB_EVENT, OPEN_EVENT, REMOVED_EVENT } from '../../api/events.ts';
import type { JobState } from '../../api/job.ts';
import type { Job } from '../jobs/job.ts';
import { onClientLeft } from './client-left.ts';
import type { Context } from './context.ts';
import { Bell, KEEP_ALIVE_MS, sendEvents, toEvent, toSilentEvent } from './events.ts';

/** Changes read from the store at once. */
const PAGE = 100;
const GATHER_MS = 50;
/** Progress of a job is told no more often than this. */
const PROGRESS_EVERY_MS = 1000;

export interface QueueFilter {
  label?: string;
  states?: readonly JobState[];
}

/** Without `after` from now on. */
export async function followQueue(
  { after, filter }: { after: number | undefined; filter: QueueFilter },
  reply: FastifyReply,
  { store, jobs, loop, changes, streams, draining }: Context,
): Promise<FastifyReply> {
  const last = await store.getLastChange();
  streams.enter('events', reply);
  const ended = AbortSignal.any([onClientLeft(reply), draining]);
  return sendEvents(reply, makeEvents());

  async function* makeEvents(): AsyncGenerator<string> {
    const bell = new Bell();
    const inProgress = new Set<string>();
    const offs = [
      store.onChange(bell.ring),
      changes.onAny((id) => {
        if (loop.getActive(id) !== undefined) inProgress.add(id);
        bell.ring();
      }),
    ];
    ended.addEventListener('abort', bell.ring, { once: true });
    // A number that was not reached here is one of another queue: then everything is news.
    let told = after === undefined ? last : after > last ? 0 : after;
    let progressAt = 0;
    try {
      yield toEvent(OPEN_EVENT, { change: told }, told);
      while (!ended.aborted) {
        const page = await store.listChanges({ after: told, limit: PAGE });
        for (const { number, id, job } of page) {
          told = number;
          inProgress.delete(id);
          if (job === null) yield toEvent(REMOVED_EVENT, { id }, number);
          else if (matches(job, filter)) yield toEvent(JOB_EVENT, jobs.viewBriefly(job), number);
        }
        if (page.length === PAGE) continue;
        const progressInMs = progressAt + PROGRESS_EVERY_MS - Date.now();
        if (inProgress.size > 0 && progressInMs <= 0) {
          progressAt = Date.now();
          const active = [...inProgress].flatMap((id) => loop.getActive(id) ?? []);
          inProgress.clear();
          // No number: it is no change, and is not told again.
          for (const { job } of active)
            if (matches(job, filter)) yield toEvent(JOB_EVENT, jobs.viewBriefly(job));
        }
        const before = Date.now();
        await bell.wait(inProgress.size > 0 ? Math.max(progressInMs, 1) : KEEP_ALIVE_MS);
        if (Date.now() - before >= KEEP_ALIVE_MS) yield toSilentEvent(told);
        await delay(GATHER_MS, undefined, { signal: ended }).catch(() => {});
      }
    } finally {
      for (const off of offs) off();
      ended.removeEventListener('abort', bell.ring);
    }
  }
}

function matches({ label, state }: Job, filter: QueueFilter): boolean {
  return (
    (filter.label === undefined || filter.label === label) &&
    (filter.states === undefined || filter.states.includes(state))
  );
}
