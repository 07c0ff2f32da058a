// The changes of all jobs as server-sent events, from a numbered change on: what came while nobody listened is told first.
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { OPEN_EVENT } from '../../api/events.ts';
import { onClientLeft } from './client-left.ts';
import type { Context } from './context.ts';
import { Bell, getGatherMs, KEEP_ALIVE_MS, sendEvents, toEvent, toSilentEvent } from './events.ts';
import type { QueueFilter } from './job-events.ts';

/** Progress of a job is told no more often than this. */
const PROGRESS_EVERY_MS = 1000;

/** Without `after` from now on. */
export async function followQueue(
  { after, filter }: { after: number | undefined; filter: QueueFilter },
  reply: FastifyReply,
  { store, loop, changes, streams, jobEvents, draining }: Context,
): Promise<FastifyReply> {
  const last = await store.getLastChange();
  streams.enter('events', reply);
  const ended = AbortSignal.any([onClientLeft(reply), draining]);
  return sendEvents(reply, makeEvents());

  async function* makeEvents(): AsyncGenerator<string | Buffer> {
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
        const { events, number, ids, isWhole } = await jobEvents.listChanges(told, filter);
        told = number;
        for (const id of ids) inProgress.delete(id);
        if (events.length > 0) yield events;
        if (!isWhole) continue;
        const progressInMs = progressAt + PROGRESS_EVERY_MS - Date.now();
        if (inProgress.size > 0 && progressInMs <= 0) {
          progressAt = Date.now();
          const active = [...inProgress].flatMap((id) => loop.getActive(id) ?? []);
          inProgress.clear();
          const events = await Promise.all(active.map(({ job }) => jobEvents.describeProgress(job, filter)));
          if (events.join('') !== '') yield events.join('');
        }
        const before = Date.now();
        await bell.wait(inProgress.size > 0 ? Math.max(progressInMs, 1) : KEEP_ALIVE_MS);
        if (Date.now() - before >= KEEP_ALIVE_MS) yield toSilentEvent(told);
        const gatherMs = getGatherMs(streams.count('events'));
        await delay(gatherMs, undefined, { signal: ended }).catch(() => {});
      }
    } finally {
      for (const off of offs) off();
      ended.removeEventListener('abort', bell.ring);
    }
  }
}
