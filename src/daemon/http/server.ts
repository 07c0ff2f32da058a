// One HTTP application, built once for TCP and once for the Unix socket: the same routes, guards only on TCP.
import cors from '@fastify/cors';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { TtsError } from '../../api/errors.ts';
import { acceptJson } from './body.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { capConnections } from './connections.ts';
import type { App, Context } from './context.ts';
import { sendError, sendRouteNotFound } from './errors.ts';
import { createGuards } from './guards.ts';
import { addDocsPage, addOpenApiRoute, describeOnce } from './routes/docs.ts';
import { addWebRoutes } from './routes/web.ts';
import { addRoutes } from './routes.ts';
import { compileValidator } from './validate.ts';

/** Room for a million characters, each written as a six-byte escape. */
const BODY_LIMIT_BYTES = 8 * 1024 * 1024;
const HEADERS_TIMEOUT_MS = 15_000;
const LOOK_FOR_TIMEOUTS_MS = 1000;
/** A client whose machine went away without a word is noticed after this, and some minutes of the system's own. */
const PROBE_SILENT_CLIENTS_MS = 60_000;

/** Said so early, Fastify's own are not even loaded: that takes as long as all the rest of building a server. */
const COMPILERS = {
  compilersFactory: {
    buildValidator: () => compileValidator as never,
    buildSerializer: () => () => JSON.stringify,
  },
};

export async function buildServer(
  context: Context,
  { transport, log }: { transport: 'tcp' | 'unix'; log: FastifyBaseLogger },
): Promise<App> {
  const requestTimeoutMs = context.config.server.request_timeout_sec * 1000;
  const app: App = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: requestTimeoutMs,
    schemaController: COMPILERS,
    forceCloseConnections: true,
    return503OnClosing: false,
    // A word of the lexicon, each of its 100 characters in nine.
    routerOptions: { maxParamLength: 1000 },
    http: {
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeoutMs),
      connectionsCheckingInterval: LOOK_FOR_TIMEOUTS_MS,
      keepAlive: true,
      keepAliveInitialDelay: PROBE_SILENT_CLIENTS_MS,
    },
    frameworkErrors: sendError,
    clientErrorHandler: answerBrokenRequest as never,
  });
  const guards = createGuards(context.config, { transport, keys: context.keys });
  // The socket is for this user alone: who fills it up only hurts himself.
  const connections =
    transport === 'tcp' ? capConnections(app.server, context.config.server.max_connections) : undefined;
  app.decorateRequest('keyId', null);
  acceptJson(app as never);
  app.setErrorHandler(sendError);
  app.setNotFoundHandler(sendRouteNotFound);
  await app.register(cors, {
    origin: context.config.server.allowed_origins,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['X-TTS-Adjusted', 'X-Job-Id', 'ETag', 'Retry-After', 'Accept-Ranges', 'Content-Range'],
    strictPreflight: false,
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    connections?.check(request);
    guards.check(request, reply);
    if (context.draining.aborted && request.method === 'POST') {
      throw new TtsError('draining', 'ttsd is shutting down; try again when it is back.');
    }
  });
  addRoutes(app, context);
  const describe = describeOnce(context);
  addOpenApiRoute(app, describe);
  // For browsers, which do not speak over a Unix socket.
  if (transport === 'tcp') addDocsPage(app, describe);
  await addWebRoutes(app);
  await app.ready();
  return app;
}
