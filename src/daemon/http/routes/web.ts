// The web page: static files, and a policy that lets nothing run but them.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static';
import type { App } from '../context.ts';

const WEB = join(import.meta.dirname, '..', '..', '..', 'web');
const NONCE_MARK = '%CSP_NONCE%';
const NONCE_BYTES = 18;

const STATIC: FastifyStaticOptions = {
  root: WEB,
  index: false,
  // A route for each file: what is none of them is told like any other path that is not there.
  wildcard: false,
  // The names of built files hold a hash of what is in them.
  setHeaders: (reply, path) => {
    reply.header('x-content-type-options', 'nosniff');
    reply.header(
      'cache-control',
      path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    );
  },
  schemaHide: true,
};

export async function addWebRoutes(app: App): Promise<void> {
  const page = await readFile(join(WEB, 'index.html'), 'utf8');
  app.get('/', { config: { public: true }, schema: { hide: true } }, async (_request, reply) => {
    // The waveform draws inside a shadow tree, whose styles need leave of their own.
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    return reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'content-security-policy': composePolicy(nonce),
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'permissions-policy': 'microphone=(self), camera=(), geolocation=()',
      })
      .send(page.replace(NONCE_MARK, nonce));
  });
  await app.register(async (scope) => {
    // The page is there before anybody has shown a key: it asks for it.
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, public: true };
    });
    await scope.register(fastifyStatic, STATIC);
  });
}

function composePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
