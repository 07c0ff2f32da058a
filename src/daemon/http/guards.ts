// Who may ask what over TCP. Three questions, in this order: is the name in Host one of ours (DNS rebinding), is a page of
// another site behind it (cross-site requests), is there an API key where one is needed.
import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TtsError } from '../../api/errors.ts';
import type { Config } from '../config.ts';
import type { KeyRing } from './key-ring.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The API key that the request carries; null without one of ours. */
    keyId: string | null;
  }
  interface FastifyContextConfig {
    /** Answers without an API key even where one is required: probes and pages that hold nothing of a user. */
    public?: boolean;
    /** A GET that makes a job: pages of other sites may not start it. */
    startsWork?: boolean;
  }
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{0,5})?$/i;
const READING = ['GET', 'HEAD', 'OPTIONS'];

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** Whether requests over TCP must carry a key. */
export function isKeyRequired({ server }: Config): boolean {
  return server.require_api_key || (!isLoopback(server.host) && !server.allow_remote_without_key);
}

/** The name in a Host header or a setting, without port, brackets and trailing dot, in lower case; undefined when it is none. */
export function parseHostName(host: string): string | undefined {
  // Only then the URL parser, which would also find a name in `us@them` or `us/them`.
  if (!HOST.test(host)) return undefined;
  return URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$|\.$/g, '');
}

export interface Guards {
  /** Throws `forbidden_host`, `forbidden_origin` or `invalid_api_key`; notes the key of a request that may pass. */
  check(request: FastifyRequest, reply: FastifyReply): void;
}

/** The Unix socket is guarded by its permissions: there a key is noted, and nothing is asked for. */
export function createGuards(
  config: Config,
  { transport, keys }: { transport: 'tcp' | 'unix'; keys: KeyRing },
): Guards {
  const { allowed_hosts, allowed_origins, host } = config.server;
  const ourNames = new Set([host, ...allowed_hosts].map((name) => parseHostName(bracket(name)) ?? name));
  const needsKey = transport === 'tcp' && isKeyRequired(config);

  function checkHost({ raw }: FastifyRequest): void {
    const name = findHostName(raw);
    // The address that the client has connected to can only be named by who knows it: a rebound page has a name.
    if (name !== undefined && (isLoopback(name) || ourNames.has(name) || name === getLocalAddress(raw)))
      return;
    throw new TtsError(
      'forbidden_host',
      `The host name ${JSON.stringify((raw.headers.host ?? '').slice(0, 100))} is not allowed; add it to server.allowed_hosts in config.yaml.`,
    );
  }

  function checkOrigin(request: FastifyRequest): void {
    const { origin, referer, 'sec-fetch-site': site } = request.headers;
    const isReading = READING.includes(request.method);
    if (isReading && !request.routeOptions.config.startsWork) return;
    const from = origin ?? (isReading ? URL.parse(referer ?? '')?.origin : undefined);
    if (from !== undefined && allowed_origins.includes(from)) return;
    // An <audio> element sends no Origin. `same-site` is another port of this machine, such as a local program's page.
    const allowedSites = isReading ? ['same-origin', 'same-site', 'none'] : ['same-origin', 'none'];
    const isForeign =
      site === undefined
        ? origin !== undefined && URL.parse(origin)?.host !== request.headers.host?.toLowerCase()
        : !allowedSites.includes(String(site));
    if (!isForeign) return;
    throw new TtsError(
      'forbidden_origin',
      `Requests from ${JSON.stringify((from ?? 'another site').slice(0, 100))} are not allowed; add it to server.allowed_origins in config.yaml.`,
    );
  }

  function checkKey(request: FastifyRequest, reply: FastifyReply): void {
    request.keyId = keys.identify(request);
    if (request.keyId !== null || !needsKey || request.routeOptions.config.public) return;
    reply.header('www-authenticate', 'Bearer realm="ttsd"');
    throw new TtsError(
      'invalid_api_key',
      'An API key is required: send one of this ttsd as "Authorization: Bearer KEY". Make one with: tts daemon key new NAME',
    );
  }

  return {
    check(request, reply) {
      if (transport === 'tcp') {
        checkHost(request);
        checkOrigin(request);
      }
      checkKey(request, reply);
    },
  };
}

/** Of a target in absolute form the name in it counts (RFC 9112). Two Host headers are one for us and another for a proxy. */
function findHostName({ url, headers, rawHeaders }: IncomingMessage): string | undefined {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts > 1 || headers.host === undefined) return undefined;
  const named = parseHostName(headers.host);
  if (url === undefined || url.startsWith('/') || url === '*') return named;
  return named === URL.parse(url)?.hostname.replace(/^\[|\]$|\.$/g, '') ? named : undefined;
}

function getLocalAddress({ socket }: IncomingMessage): string | undefined {
  return socket.localAddress?.replace(/^::ffff:(?=\d+\.)/, '');
}

function bracket(name: string): string {
  return /^[0-9a-f]*:[0-9a-f:.]*$/i.test(name) ? `[${name}]` : name;
}
