// A server of files that breaks on purpose: each request can be answered otherwise than it should be.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  path: string;
  range: string | undefined;
  ifRange: string | undefined;
  authorization: string | undefined;
}

export interface FileServer {
  /** `http://127.0.0.1:PORT`. */
  origin: string;
  /** By path, with a slash in front. What is put here later is served from then on. */
  files: Map<string, Buffer>;
  /** Every request so far. */
  seen: Seen[];
  /** Bytes of bodies sent so far. */
  sentBytes: number;
  /** Most requests that were answered at the same time. */
  mostAtOnce: number;
  /** What is done instead of answering as a server should; `serve` does that. The n-th request counts from 0. */
  misbehave: (act: {
    request: IncomingMessage;
    response: ServerResponse;
    n: number;
    serve: (how?: How) => void;
  }) => void;
  close(): Promise<void>;
}

/** How an answer differs from the right one. */
export interface How {
  /** So many bytes of the body, then the connection is cut (`drop`) or silent (`stall`). */
  drop?: number;
  stall?: number;
  /** The whole file whatever is asked for. */
  ignoreRange?: boolean;
  /** The part begins so many bytes further on than was asked for. */
  shift?: number;
  /** Pause before each piece of 16 KiB. */
  slowMs?: number;
  etag?: string | null;
  headers?: Record<string, string>;
}

const PIECE_BYTES = 16 * 1024;

export async function startFileServer(): Promise<FileServer> {
  let atOnce = 0;
  const server: Server = createServer((request, response) => {
    const { url = '/', headers } = request;
    const path = decodeURIComponent(url.split('?')[0]!);
    it.seen.push({
      path,
      range: headers.range,
      ifRange: headers['if-range'] as string | undefined,
      authorization: headers.authorization,
    });
    atOnce++;
    it.mostAtOnce = Math.max(it.mostAtOnce, atOnce);
    response.once('close', () => atOnce--);
    const serve = (how: How = {}) => void serveFile(it, path, request, response, how);
    it.misbehave({ request, response, n: it.seen.length - 1, serve });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const it: FileServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files: new Map(),
    seen: [],
    sentBytes: 0,
    mostAtOnce: 0,
    misbehave: ({ serve }) => serve(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return it;
}

async function serveFile(
  it: FileServer,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  how: How,
): Promise<void> {
  const file = it.files.get(path);
  if (file === undefined) return void response.writeHead(404).end('not here');
  const etag = how.etag === undefined ? '"one"' : how.etag;
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const ifRange = request.headers['if-range'];
  const isPart = from !== undefined && !how.ignoreRange && (ifRange === undefined || ifRange === etag);
  const start = isPart ? Number(from) + (how.shift ?? 0) : 0;
  const end = isPart ? Math.min(Number(to) + 1, file.length) : file.length;
  response.writeHead(isPart ? 206 : 200, {
    'content-length': end - start,
    ...(etag === null ? {} : { etag }),
    ...(isPart ? { 'content-range': `bytes ${start}-${end - 1}/${file.length}` } : {}),
    ...how.headers,
  });
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const stopAt = start + Math.min(how.drop ?? Infinity, how.stall ?? Infinity);
  for (let at = start; at < end; at += PIECE_BYTES) {
    if (how.slowMs) await new Promise((resolve) => setTimeout(resolve, how.slowMs));
    const piece = file.subarray(at, Math.min(at + PIECE_BYTES, end, Math.max(at, stopAt)));
    if (response.destroyed) return;
    it.sentBytes += piece.length;
    // A client that left takes nothing any more.
    if (!response.write(piece)) await once(response, 'drain', { signal: gone.signal }).catch(() => {});
    if (at + piece.length < stopAt) continue;
    if (how.drop !== undefined) setImmediate(() => response.destroy());
    return;
  }
  response.end();
}
