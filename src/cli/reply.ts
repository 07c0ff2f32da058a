// The daemon's answer as a value, or as the error it names.
import { type FieldError, isErrorCode, TtsError } from '../api/errors.ts';

export function parseReply(status: number, body: string): unknown {
  let value: unknown;
  try {
    value = body === '' ? undefined : JSON.parse(body);
  } catch (cause) {
    throw new TtsError(
      'daemon_unreachable',
      `Expected JSON, got something else (HTTP ${status}). Is this address a ttsd?`,
      {
        cause,
      },
    );
  }
  if (status < 400) return value;
  throw parseError(status, value);
}

function parseError(status: number, value: unknown): TtsError {
  const { error, detail } = (value ?? {}) as {
    error?: { code?: unknown; message?: unknown };
    detail?: unknown;
  };
  const message = typeof error?.message === 'string' ? error.message : describeDetail(status, detail);
  const fields = Array.isArray(detail) ? (detail as FieldError[]) : [];
  const code = isErrorCode(error?.code) ? error.code : status === 404 ? 'route_not_found' : 'internal';
  return new TtsError(code, message, { fields });
}

function describeDetail(status: number, detail: unknown): string {
  return typeof detail === 'string' ? detail : `The daemon answered with HTTP ${status}.`;
}
