// The one place where an error becomes an answer: known ones by the table of codes, unknown ones as `internal`.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, TtsError } from '../../api/errors.ts';
import { isOpenAiPath, toOpenAiError } from './openai-dialect.ts';

const RETRY_AFTER_SEC = 2;

const FASTIFY_CODES: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_BAD_URL: 'invalid_request',
  FST_ERR_ASYNC_CONSTRAINT: 'route_not_found',
};

export function sendError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const known = toKnownError(error, request);
  if (known.retryable) void reply.header('retry-after', String(RETRY_AFTER_SEC));
  // Cut off while it still sends, a client would see a broken pipe instead of the reason.
  if (known.code === 'payload_too_large') reply.removeHeader('connection');
  if (isOpenAiPath(request.url)) {
    const { status, body } = toOpenAiError(known);
    void reply.status(status).send(body);
    return;
  }
  void reply.status(known.http).send({
    detail: known.fields.length > 0 ? known.fields : known.message,
    error: { code: known.code, message: known.message, retryable: known.retryable },
  });
}

export function sendRouteNotFound(request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.split('?')[0]?.slice(0, 100);
  sendError(
    new TtsError('route_not_found', `There is no ${request.method} ${path} here. See /openapi.json`),
    request,
    reply,
  );
}

/** The error as one of the table; what is not in it is logged, and nothing of it told. */
function toKnownError(error: FastifyError | Error, request: FastifyRequest): TtsError {
  const known = classify(error);
  if (known.code === 'internal') request.log.error({ err: error }, 'unexpected error');
  return known;
}

function classify(error: FastifyError | Error): TtsError {
  if (error instanceof TtsError) return error;
  const code = 'code' in error ? FASTIFY_CODES[error.code] : undefined;
  if (code !== undefined) return new TtsError(code, error.message, { cause: error });
  if ('code' in error && error.code === 'ERR_MODULE_NOT_FOUND') {
    return new TtsError(
      'program_replaced',
      'ttsd was upgraded or built again while it ran, and lacks a part of itself. Go on with: tts daemon restart',
      { cause: error },
    );
  }
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status !== undefined && status >= 400 && status < 500) {
    return new TtsError('invalid_request', error.message, { cause: error });
  }
  return new TtsError('internal', 'Something went wrong inside ttsd; its log has the details.', {
    cause: error,
  });
}
