// What a source of a file did wrong, and whether another try may help.
import { type ErrorCode, TtsError } from '../../../api/errors.ts';
import { blameProxy, type Proxies } from './proxies.ts';

export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly code: ErrorCode & ('model_unreachable' | 'model_refused' | 'model_damaged');
  /** The same request may succeed in a moment. */
  readonly isPassing: boolean;
  /** What the server asks to be waited; 0 when it says nothing. */
  readonly waitMs: number;

  constructor(
    code: SourceError['code'],
    message: string,
    { cause, isPassing = false, waitMs = 0 }: { cause?: unknown; isPassing?: boolean; waitMs?: number } = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.isPassing = isPassing;
    this.waitMs = waitMs;
  }

  toTtsError(): TtsError {
    return new TtsError(this.code, this.message, { cause: this });
  }
}

const OFFLINE = ['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN'];

/** For an exception of the network; with `proxies` while no answer has come, when it may be the proxy's. */
export function describeNetworkError(error: unknown, url: URL, proxies?: Proxies): SourceError {
  const proxy = proxies && blameProxy(error, url, proxies);
  if (proxy !== undefined)
    return new SourceError(
      'model_unreachable',
      `${proxy} Set it for the daemon, or leave ${url.hostname} out of it by NO_PROXY, then: tts daemon restart. ${KEPT}`,
      { cause: error },
    );
  const { code, message } = findCode(error);
  const what = OFFLINE.includes(code)
    ? `${url.host} cannot be found: is this machine offline, or does it need a proxy (HTTPS_PROXY)?`
    : /TIMEOUT/.test(code)
      ? `${url.host} stopped answering.`
      : `The connection to ${url.host} failed (${code || message}).`;
  return new SourceError('model_unreachable', `${what} ${KEPT}`, {
    cause: error,
    isPassing: !OFFLINE.includes(code),
  });
}

/** For a status that is no success. */
export function describeStatus(status: number, url: URL, retryAfter: string | undefined): SourceError {
  const where = `${url.host} answered ${status} to ${url.pathname}`;
  if (status === 401 || status === 403)
    return new SourceError(
      'model_refused',
      `${where}: it asks for a login, or for terms to be accepted on its page. Set HF_TOKEN to a token of yours.`,
    );
  if (status === 404 || status === 410)
    return new SourceError(
      'model_refused',
      `${where}: the file is not there. A newer ttsd may know where it is now.`,
    );
  if (status === 416)
    return new SourceError('model_damaged', `${where}: the file there is shorter. It is another version.`);
  const isPassing = status >= 500 || status === 408 || status === 425 || status === 429;
  const waitMs = Math.max(0, Number(retryAfter) || 0) * 1000;
  return new SourceError(isPassing ? 'model_unreachable' : 'model_refused', `${where}. ${KEPT}`, {
    isPassing,
    waitMs,
  });
}

const KEPT = 'What has come is kept: the next pull goes on from there.';

function findCode(error: unknown): { code: string; message: string } {
  for (let at = error; at instanceof Error; at = at.cause)
    if (typeof (at as NodeJS.ErrnoException).code === 'string')
      return { code: (at as NodeJS.ErrnoException).code!, message: at.message };
  return { code: '', message: error instanceof Error ? error.message : String(error) };
}
