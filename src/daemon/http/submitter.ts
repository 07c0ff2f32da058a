// Whose a job is, so that submitters share fairly: the API key it came with, else its label, else where it came from.
import type { FastifyRequest } from 'fastify';

/** Names the submitter of the request's jobs, given a job's label. Everybody on the Unix socket is `local`. */
export function nameSubmitterOf(request: FastifyRequest): (label: string | undefined) => string {
  const { keyId } = request as { keyId?: string | null };
  if (keyId) return () => `key:${keyId}`;
  const peer = request.raw.socket.remoteAddress;
  return (label) => (label === undefined ? (peer ? `peer:${peer}` : 'local') : `label:${label}`);
}
