// One HTTP application, built once for TCP and once for the Unix socket: the same routes, guards only on TCP.
import cors from '@fastify/cors';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { TtsError } from '../../api/errors.ts';
import { acceptJson } from './body.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { capConnections } from './connections.ts';
import type { App, Context } from './context.ts';
import { sendError, sendRouteNotFound } from './errors.ts';
import { createGuards } from './guards.ts';
import { completeOpenApi, OPENAPI_BASE } from './openapi.ts';
import { addBackupRoute } from './routes/backup.ts';
import { addChatterboxInfoRoutes } from './routes/chatterbox-info.ts';
import { addChunkRoutes } from './routes/chunks.ts';
import { addDocsPage, addOpenApiRoute } from './routes/docs.ts';
import { addEventRoutes } from './routes/events.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addJobRoutes } from './routes/jobs.ts';
import { addLexiconRoutes } from './routes/lexicon.ts';
import { addMetricsRoute } from './routes/metrics.ts';
import { addModelRoutes } from './routes/models.ts';
import { addOpenAiRoutes } from './routes/openai.ts';
import { addPauseRoutes } from './routes/pause.ts';
import { addQueueRoutes } from './routes/queue.ts';
import { addSessionRoutes } from './routes/session.ts';
import { addSettingsRoutes } from './routes/settings.ts';
import { addTtsRoutes } from './routes/tts.ts';
import { addUploadRoutes } from './routes/uploads.ts';
import { addVoiceRoutes } from './routes/voices.ts';
import { addWebRoutes } from './routes/web.ts';
import { compileValidator } from './validate.ts';

/** Room for a million characters, each written as a six-byte escape. */
const BODY_LIMIT_BYTES = 8 * 1024 * 1024;
const HEADERS_TIMEOUT_MS = 15_000;
const LOOK_FOR_TIMEOUTS_MS = 1000;
/** A client whose machine went away without a word is noticed after this, and some minutes of the system's own. */
const PROBE_SILENT_CLIENTS_MS = 60_000;

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
  app.setValidatorCompiler(compileValidator as never);
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler(sendError);
  app.setNotFoundHandler(sendRouteNotFound);
  await app.register(cors, {
    origin: context.config.server.allowed_origins,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['X-TTS-Adjusted', 'X-Job-Id', 'ETag', 'Retry-After', 'Accept-Ranges', 'Content-Range'],
    strictPreflight: false,
  });
  await app.register(swagger, {
    openapi: {
      ...OPENAPI_BASE,
      info: { title: 'ttsd', version: context.version, description: 'Text in, durable job, speech out.' },
    },
    transformObject: (found) => completeOpenApi('openapiObject' in found ? found.openapiObject : {}),
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    connections?.check(request);
    guards.check(request, reply);
    if (context.draining.aborted && request.method === 'POST') {
      throw new TtsError('draining', 'ttsd is shutting down; try again when it is back.');
    }
  });
  addQueueRoutes(app, context);
  addTtsRoutes(app, context);
  addChatterboxInfoRoutes(app, context);
  addOpenAiRoutes(app, context);
  addJobRoutes(app, context);
  addEventRoutes(app, context);
  addPauseRoutes(app, context);
  addVoiceRoutes(app, context);
  addModelRoutes(app, context);
  addLexiconRoutes(app, context);
  addUploadRoutes(app, context);
  addSettingsRoutes(app, context);
  addSessionRoutes(app, context);
  addHealthRoutes(app, context);
  addMetricsRoute(app, context);
  addBackupRoute(app, context);
  addChunkRoutes(app, context);
  addOpenApiRoute(app);
  // For browsers, which do not speak over a Unix socket.
  if (transport === 'tcp') await addDocsPage(app);
  await addWebRoutes(app);
  await app.ready();
  return app;
}
