// What came in was no HTTP, too long, or never complete: the last words before the connection is closed.

import type { Socket } from 'node:net';
import { TtsError } from '../../api/errors.ts';

// An import of it would load all of undici with it, for a name in it that nobody asks for.
const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** For Fastify's `clientErrorHandler`. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { code, http, message, retryable } = describe(error.code);
  const body = JSON.stringify({ detail: message, error: { code, message, retryable } });
  const head = [
    `HTTP/1.1 ${http} ${STATUS_CODES[http]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy(error);
}

function describe(code: string | undefined): TtsError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new TtsError(
      'headers_too_large',
      'The headers are larger than 16 KiB. Send less; texts go into the body.',
    );
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new TtsError(
      'request_timeout',
      'The request did not arrive in time; see server.request_timeout_sec.',
    );
  return new TtsError('malformed_http', 'This is not HTTP/1.1 as it should be.');
}
