// Keeps web pages of strangers out: the Host allow-list stops DNS rebinding, the Origin check stops cross-site requests.
import type { FastifyRequest } from 'fastify';
import { TtsError } from '../../api/errors.ts';
import type { Config } from '../config.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host) || host === '::1';
}

/** For requests over TCP; the Unix socket is guarded by its permissions. */
export function guardRequest(request: FastifyRequest, { server }: Config): void {
  const host = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  const allowed = [server.host, ...server.allowed_hosts].map((name) => name.toLowerCase());
  if (!LOOPBACK.test(host) && !allowed.includes(host)) {
    throw new TtsError(
      'forbidden_host',
      `The host name ${JSON.stringify(host.slice(0, 100))} is not allowed; add it to server.allowed_hosts in config.yaml.`,
    );
  }
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return;
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (origin !== undefined && server.allowed_origins.includes(origin)) return;
  const isForeign =
    site === undefined
      ? origin !== undefined && getHost(origin) !== request.headers.host
      : !['same-origin', 'none'].includes(String(site));
  if (isForeign) {
    throw new TtsError(
      'forbidden_origin',
      `Requests from ${JSON.stringify((origin ?? 'another site').slice(0, 100))} are not allowed; add it to server.allowed_origins in config.yaml.`,
    );
  }
}

function getHost(origin: string): string | undefined {
  return URL.parse(origin)?.host;
}
