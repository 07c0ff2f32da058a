// Notices that the client of a request has left before its answer was complete.
import type { FastifyReply } from 'fastify';
import { TtsError } from '../../api/errors.ts';

export function onClientLeft(reply: FastifyReply): AbortSignal {
  const left = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) left.abort(new TtsError('job_cancelled', 'The client left.'));
  });
  return left.signal;
}
