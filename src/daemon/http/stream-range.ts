// Resuming a stream whose length nobody knows yet: the bytes of a job are always the same, so those that the client has are skipped.
import type { FastifyRequest } from 'fastify';

export interface StreamRange {
  start: number;
  /** Included; without one, to the end. */
  end: number | undefined;
}

/** What RFC 8673 puts in place of an end that is not there yet. */
const VERY_LARGE = Number.MAX_SAFE_INTEGER;

/** Undefined: the whole stream. A part is only good for the very stream that the client has the rest of. */
export function readStreamRange({ headers }: FastifyRequest, etag: string): StreamRange | undefined {
  const ifRange = headers['if-range'];
  if (ifRange !== undefined && ifRange !== etag) return undefined;
  const [, first, last] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(headers.range ?? '') ?? [];
  if (first === undefined) return undefined;
  const start = Number(first);
  const end = last ? Number(last) : undefined;
  // The whole, asked for as a part: browsers do so to see whether they may jump, which they may not.
  if (start === 0 && end === undefined) return undefined;
  return end !== undefined && end < start ? undefined : { start, end };
}

/** For the header Content-Range. */
export function formatStreamRange({ start, end }: StreamRange): string {
  return `bytes ${start}-${end ?? VERY_LARGE}/*`;
}

/** The bytes of the range; `onEnd` is told the length of the whole when the stream ended before it. */
export async function* takeRange(
  parts: AsyncIterable<Buffer>,
  { start, end = VERY_LARGE }: StreamRange,
  onEnd: (lengthBytes: number) => void,
): AsyncGenerator<Buffer> {
  let position = 0;
  for await (const part of parts) {
    const wanted = part.subarray(Math.max(0, start - position), Math.max(0, end + 1 - position));
    position += part.length;
    if (wanted.length > 0) yield wanted;
    if (position > end) return;
  }
  onEnd(position);
}
