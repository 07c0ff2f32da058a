// One request for a file or a part of it: through proxies, over redirects, the token only where it belongs.
import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import type { Proxies } from './proxies.ts';
import { describeNetworkError, describeStatus, SourceError } from './source-error.ts';
import { isForHub, type Sources } from './sources.ts';

const MOST_REDIRECTS = 8;
const REDIRECTS = [301, 302, 303, 307, 308];
const CONNECT_TIMEOUT_MS = 20_000;

export interface Range {
  /** First byte wanted. */
  start: number;
  /** Behind the last one. */
  end: number;
}

export interface Opened {
  url: URL;
  /** Where the bytes begin; null: the server sends the whole file. */
  range: { start: number; total: number | null } | null;
  /** Strong validator of what is sent. */
  etag: string | undefined;
  /** SHA-256 that the hub says the file has. */
  announced: string | undefined;
  lengthBytes: number | undefined;
  body: AsyncIterable<Buffer> & { destroy(error?: Error): unknown };
}

/** `stallMs`: longest silence of a server. */
export function createDispatcher(stallMs: number, { http, https, except }: Proxies): Dispatcher {
  return new EnvHttpProxyAgent({
    httpProxy: http?.address ?? '',
    httpsProxy: https?.address ?? '',
    noProxy: except,
    headersTimeout: stallMs,
    bodyTimeout: stallMs,
    connect: { timeout: Math.min(CONNECT_TIMEOUT_MS, stallMs) },
  });
}

/** Throws `SourceError`, or the signal's reason. */
export async function openRange(
  source: string,
  { range, etag }: { range: Range | undefined; etag: string | undefined },
  { sources, dispatcher, signal }: { sources: Sources; dispatcher: Dispatcher; signal: AbortSignal },
): Promise<Opened> {
  let url = new URL(source);
  let announced: string | undefined;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const headers = {
      // A packed answer has other ranges and another length.
      'accept-encoding': 'identity',
      'user-agent': 'ttsd',
      ...(range && { range: `bytes=${range.start}-${range.end - 1}` }),
      ...(range && etag && { 'if-range': etag }),
      ...(sources.hubToken && isForHub(url, sources) && { authorization: `Bearer ${sources.hubToken}` }),
    };
    const reply = await request(url, { dispatcher, headers, signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw describeNetworkError(error, url, sources.proxies);
    });
    const header = (name: string): string | undefined => [reply.headers[name]].flat()[0];
    announced ??= /^"?([0-9a-f]{64})"?$/.exec(header('x-linked-etag') ?? '')?.[1];
    if (REDIRECTS.includes(reply.statusCode)) {
      await reply.body.dump().catch(() => {});
      url = follow(url, header('location'));
      continue;
    }
    if (reply.statusCode !== 200 && reply.statusCode !== 206) {
      await reply.body.dump().catch(() => {});
      throw describeStatus(reply.statusCode, url, header('retry-after'));
    }
    // What is not read would otherwise be an error of nobody's.
    reply.body.on('error', () => {});
    return {
      url,
      range: reply.statusCode === 206 ? parseContentRange(header('content-range'), url) : null,
      etag: /^"/.test(header('etag') ?? '') ? header('etag') : undefined,
      announced,
      lengthBytes: /^\d+$/.test(header('content-length') ?? '')
        ? Number(header('content-length'))
        : undefined,
      body: reply.body,
    };
  }
  throw new SourceError('model_refused', `${url.host} redirects without end.`);
}

function follow(from: URL, location: string | undefined): URL {
  const to = location === undefined ? null : URL.parse(location, from.href);
  const isDowngrade = from.protocol === 'https:' && to?.protocol !== 'https:';
  if (to === null || isDowngrade || !/^https?:$/.test(to.protocol))
    throw new SourceError(
      'model_refused',
      `${from.host} redirects to ${JSON.stringify(location?.slice(0, 100) ?? '')}, which is not followed.`,
    );
  return to;
}

function parseContentRange(header: string | undefined, url: URL): NonNullable<Opened['range']> {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header ?? '') ?? [];
  if (start === undefined)
    throw new SourceError('model_damaged', `${url.host} does not say which part of the file it sends.`);
  return { start: Number(start), total: total === '*' ? null : Number(total) };
}
