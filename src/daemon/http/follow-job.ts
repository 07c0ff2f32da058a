// A job's changes as server-sent events: its present state at once, then each change, until it is final.
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { REMOVED_EVENT } from '../../api/events.ts';
import { isFinal } from '../../api/job.ts';
import type { Job } from '../jobs/job.ts';
import { onClientLeft } from './client-left.ts';
import type { Context } from './context.ts';
import { Bell, getGatherMs, KEEP_ALIVE_MS, sendEvents, toEvent, toSilentEvent } from './events.ts';

/** `after` is the last event that the client has had. */
export async function followJob(
  { id }: Job,
  after: number | undefined,
  reply: FastifyReply,
  { store, changes, streams, jobEvents, draining }: Context,
): Promise<FastifyReply> {
  const first = await store.getChange(id);
  // A browser connects again by itself when a stream ends, unless it is told that there is no more.
  if (after !== undefined && (first === undefined || (isFinal(first.job.state) && after >= first.number)))
    return reply.status(204).send();
  streams.enter('events', reply);
  const ended = AbortSignal.any([onClientLeft(reply), draining]);
  return sendEvents(reply, makeEvents());

  async function* makeEvents(): AsyncGenerator<string> {
    const bell = new Bell();
    const off = changes.on(id, bell.ring);
    ended.addEventListener('abort', bell.ring, { once: true });
    let told = '';
    try {
      while (!ended.aborted) {
        const now = await jobEvents.describeJob(id);
        if (now === undefined) return yield toEvent(REMOVED_EVENT, { id });
        yield now.event === told ? toSilentEvent(now.number) : now.event;
        told = now.event;
        if (now.isFinal) return;
        await bell.wait(KEEP_ALIVE_MS);
        const gatherMs = getGatherMs(streams.count('events'));
        await delay(gatherMs, undefined, { signal: ended }).catch(() => {});
      }
    } finally {
      off();
      ended.removeEventListener('abort', bell.ring);
    }
  }
}
