// Every error a user can meet: one closed table from code to HTTP status and exit code.

interface ErrorRow {
  http: number;
  exit: number;
  retryable: boolean;
}

export const ERRORS = {
  // What was sent
  invalid_request: { http: 422, exit: 2, retryable: false },
  reference_missing: { http: 400, exit: 2, retryable: false },
  model_invalid: { http: 422, exit: 2, retryable: false },
  clip_unusable: { http: 400, exit: 2, retryable: false },
  cloning_unavailable: { http: 422, exit: 2, retryable: false },
  settings_invalid: { http: 400, exit: 2, retryable: false },
  format_unavailable: { http: 422, exit: 2, retryable: false },
  idempotency_mismatch: { http: 422, exit: 2, retryable: false },
  payload_too_large: { http: 413, exit: 2, retryable: false },
  unsupported_media_type: { http: 415, exit: 2, retryable: false },
  headers_too_large: { http: 431, exit: 2, retryable: false },
  malformed_http: { http: 400, exit: 2, retryable: false },
  request_timeout: { http: 408, exit: 75, retryable: true },
  route_not_found: { http: 404, exit: 2, retryable: false },
  invalid_api_key: { http: 401, exit: 78, retryable: false },
  forbidden_host: { http: 403, exit: 78, retryable: false },
  forbidden_origin: { http: 403, exit: 78, retryable: false },
  // What was asked for
  reference_not_found: { http: 404, exit: 3, retryable: false },
  voice_not_found: { http: 404, exit: 3, retryable: false },
  model_not_found: { http: 404, exit: 3, retryable: false },
  word_not_found: { http: 404, exit: 3, retryable: false },
  key_not_found: { http: 404, exit: 3, retryable: false },
  context_not_found: { http: 404, exit: 3, retryable: false },
  job_not_found: { http: 404, exit: 3, retryable: false },
  // The state it is in
  voice_exists: { http: 409, exit: 2, retryable: false },
  voice_built_in: { http: 409, exit: 2, retryable: false },
  voice_in_use: { http: 409, exit: 2, retryable: false },
  model_exists: { http: 409, exit: 2, retryable: false },
  model_built_in: { http: 409, exit: 2, retryable: false },
  model_in_use: { http: 409, exit: 75, retryable: true },
  model_not_runnable: { http: 409, exit: 2, retryable: false },
  model_unreachable: { http: 502, exit: 69, retryable: true },
  model_refused: { http: 502, exit: 69, retryable: false },
  model_damaged: { http: 502, exit: 1, retryable: false },
  voices_full: { http: 507, exit: 75, retryable: false },
  job_not_ready: { http: 425, exit: 75, retryable: true },
  job_not_final: { http: 409, exit: 75, retryable: true },
  job_cancelled: { http: 410, exit: 4, retryable: false },
  lexicon_invalid: { http: 409, exit: 78, retryable: false },
  result_expired: { http: 410, exit: 3, retryable: false },
  job_failed: { http: 500, exit: 1, retryable: false },
  too_many_streams: { http: 429, exit: 75, retryable: true },
  too_many_connections: { http: 503, exit: 75, retryable: true },
  job_not_queued: { http: 409, exit: 2, retryable: false },
  job_not_retryable: { http: 409, exit: 2, retryable: false },
  queue_paused: { http: 503, exit: 75, retryable: true },
  queue_full: { http: 429, exit: 75, retryable: true },
  draining: { http: 503, exit: 75, retryable: true },
  disk_full: { http: 507, exit: 75, retryable: true },
  storage_failed: { http: 503, exit: 75, retryable: true },
  // The work itself
  synthesis_failed: { http: 500, exit: 1, retryable: false },
  engine_crashed: { http: 500, exit: 1, retryable: false },
  program_replaced: { http: 503, exit: 69, retryable: false },
  model_unusable: { http: 503, exit: 69, retryable: false },
  // Starting
  config_invalid: { http: 500, exit: 78, retryable: false },
  data_dir_unusable: { http: 500, exit: 78, retryable: false },
  socket_path_too_long: { http: 500, exit: 78, retryable: false },
  already_running: { http: 500, exit: 69, retryable: false },
  port_in_use: { http: 500, exit: 69, retryable: false },
  database_corrupt: { http: 500, exit: 69, retryable: false },
  database_newer: { http: 500, exit: 69, retryable: false },
  // The command line
  usage: { http: 500, exit: 2, retryable: false },
  input_unreadable: { http: 500, exit: 2, retryable: false },
  daemon_unreachable: { http: 500, exit: 69, retryable: true },
  service_failed: { http: 500, exit: 69, retryable: false },
  version_mismatch: { http: 500, exit: 69, retryable: false },
  output_unwritable: { http: 500, exit: 73, retryable: false },
  timed_out: { http: 500, exit: 124, retryable: true },
  internal: { http: 500, exit: 1, retryable: false },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}

/** One offending part of a request; `loc` as FastAPI writes it, e.g. `['body', 'text']`. */
export interface FieldError {
  loc: (string | number)[];
  msg: string;
  type: string;
}

/** An error meant for a user: the message says what was expected, what came, and what to do. */
export class TtsError extends Error {
  override readonly name = 'TtsError';
  readonly code: ErrorCode;
  readonly fields: FieldError[];

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; fields?: FieldError[] } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.fields = options.fields ?? [];
  }

  get http(): number {
    return ERRORS[this.code].http;
  }

  get exitCode(): number {
    return ERRORS[this.code].exit;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }
}

/** A validation error about one field of the request body. */
export function invalidField(field: string, msg: string): TtsError {
  return new TtsError('invalid_request', `${field}: ${msg}`, {
    fields: [{ loc: ['body', field], msg, type: 'value_error' }],
  });
}
