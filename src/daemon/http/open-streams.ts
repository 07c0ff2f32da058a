// Counts the answers that go on for as long as somebody listens, and refuses one too many.
import type { FastifyReply } from 'fastify';
import { TtsError } from '../../api/errors.ts';

export const STREAM_KINDS = ['audio', 'events'] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

export class OpenStreams {
  readonly #max: number;
  readonly #open: Record<StreamKind, number> = { audio: 0, events: 0 };

  constructor(max: number) {
    this.#max = max;
  }

  /** Counts the answer until it ends or the client leaves. Throws `too_many_streams`; call it before anything is begun. */
  enter(kind: StreamKind, reply: FastifyReply): void {
    if (this.#open.audio + this.#open.events >= this.#max) {
      throw new TtsError(
        'too_many_streams',
        `${this.#max} clients listen already. Try again later, or raise server.max_streams.`,
      );
    }
    this.#open[kind]++;
    reply.raw.once('close', () => {
      this.#open[kind]--;
    });
  }

  count(kind: StreamKind): number {
    return this.#open[kind];
  }
}
