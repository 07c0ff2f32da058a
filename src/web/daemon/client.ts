// Speaks HTTP with the daemon that served this page. Addresses are relative, so that a path prefix does no harm.
import { useSyncExternalStore } from 'react';

/** What the daemon said was wrong, in its own words. */
export class DaemonError extends Error {
  override readonly name = 'DaemonError';
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

let isKeyNeeded = false;
const listeners = new Set<() => void>();

/** Whether the daemon has refused an answer for want of an API key. */
export function useIsKeyNeeded(): boolean {
  return useSyncExternalStore(subscribe, () => isKeyNeeded);
}

function noteKeyNeeded(): void {
  isKeyNeeded = true;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where the page is: the cookie goes there and nowhere else on that host. */
function getBasePath(): string {
  return new URL('.', document.baseURI).pathname;
}

/** Shows the daemon the key; the browser keeps the cookie it answers with. */
export async function signIn(key: string): Promise<void> {
  await post('v1/session', { key, path: getBasePath() });
}

export function signOut(): Promise<void> {
  return remove(`v1/session?path=${encodeURIComponent(getBasePath())}`);
}

export function resolveUrl(path: string): string {
  return new URL(path, document.baseURI).href;
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return call<T>('GET', path, undefined, signal === undefined ? {} : { signal });
}

export function post<T>(path: string, body: unknown = {}): Promise<T> {
  return call<T>('POST', path, body);
}

export function patch<T>(path: string, body: unknown): Promise<T> {
  return call<T>('PATCH', path, body);
}

/** Also when the page is closed meanwhile. */
export function remove(path: string): Promise<void> {
  return call<void>('DELETE', path, undefined, { keepalive: true });
}

/** What the daemon tells in answer, event by event. An `EventSource` can only ask with GET. */
export async function* postForEvents(
  path: string,
  signal: AbortSignal,
): AsyncGenerator<{ name: string; data: unknown }> {
  const reply = await send('POST', path, undefined, { signal });
  if (!reply.ok) throw describeError(reply.status, await reply.json().catch(() => undefined));
  let rest = '';
  const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + value).split('\n\n');
    rest = events.pop()!;
    for (const event of events) {
      const [, name] = /^event: (.*)$/m.exec(event) ?? [];
      const [, data] = /^data: (.*)$/m.exec(event) ?? [];
      if (name !== undefined && data !== undefined) yield { name, data: JSON.parse(data) };
    }
  }
}

async function call<T>(method: string, path: string, body?: unknown, init: RequestInit = {}): Promise<T> {
  const reply = await send(method, path, body, init);
  if (reply.status === 204) return undefined as T;
  const json: unknown = await reply.json().catch(() => undefined);
  if (reply.ok) return json as T;
  throw describeError(reply.status, json);
}

async function send(method: string, path: string, body: unknown, init: RequestInit): Promise<Response> {
  const reply = await fetch(resolveUrl(path), {
    method,
    ...(body === undefined ? {} : writeBody(body)),
    ...init,
  });
  if (reply.status === 401) noteKeyNeeded();
  return reply;
}

function describeError(status: number, json: unknown): DaemonError {
  const error = (json as { error?: { code?: string; message?: string } } | undefined)?.error;
  return new DaemonError(status, error?.code ?? 'unknown', error?.message ?? `HTTP ${status}`);
}

/** A form says itself what it is. */
function writeBody(body: unknown): RequestInit {
  if (body instanceof FormData) return { body };
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}
