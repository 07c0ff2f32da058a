// Notices that the client of a request has left before its answer was complete.
import type { FastifyReply } from 'fastify';
import { TtsError } from '../../api/errors.ts';

/** Aborted already where it has left before this is asked. */
export function onClientLeft(reply: FastifyReply): AbortSignal {
  const left = new AbortController();
  const notice = () => {
    if (!reply.raw.writableFinished) left.abort(new TtsError('job_cancelled', 'The client left.'));
  };
  // While something was waited for the client may have left already, which is not told again.
  if (reply.raw.destroyed) notice();
  else reply.raw.once('close', notice);
  return left.signal;
}
