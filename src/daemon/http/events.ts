// Server-sent events: how one is written, and how an answer made of them is begun.
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { invalidField } from '../../api/errors.ts';

/** A client that hears nothing for longer may take the connection for lost. */
export const KEEP_ALIVE_MS = 15_000;

/** Changes that come closer together than this are told as one. */
const GATHER_MS = 50;
/** Telling somebody something takes 50 µs: many followers at once take a tenth of a processor at most. */
const GATHER_MS_EACH = 0.5;

export function getGatherMs(followers: number): number {
  return Math.max(GATHER_MS, followers * GATHER_MS_EACH);
}

export function toEvent(name: string, data: unknown, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Moves a client's last event id on and says that the connection lives; the client's handlers see nothing of it. */
export function toSilentEvent(id: number): string {
  return `: still here\nid: ${id}\n\n`;
}

/** The next event is only made when the client has taken the last ones: nothing is held for a slow one. */
export function sendEvents(reply: FastifyReply, events: AsyncIterable<string | Buffer>): FastifyReply {
  reply.headers({
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
  return reply.send(Readable.from(events, { objectMode: false }));
}

/** Where a client that lost its connection was; undefined for one that comes anew. Throws `invalid_request`. */
export function readLastEventId({ headers }: FastifyRequest): number | undefined {
  const { 'last-event-id': id } = headers;
  if (id === undefined || id === '') return undefined;
  if (typeof id === 'string' && /^\d{1,15}$/.test(id)) return Number(id);
  throw invalidField('Last-Event-ID', 'must be the id of an event of this stream');
}

/** Something to wait for that others bring about, any number of times. */
export class Bell {
  #rung = Promise.withResolvers<void>();

  ring = (): void => this.#rung.resolve();

  /** Resolves when it has been rung since the last `wait`, or after `ms`. */
  async wait(ms: number): Promise<void> {
    const timeUp = setTimeout(this.ring, ms);
    await this.#rung.promise;
    clearTimeout(timeUp);
    this.#rung = Promise.withResolvers();
  }
}
