// One HTTP application, built once for TCP and once for the Unix socket: the same routes, guards only on TCP.
import cors from '@fastify/cors';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { TtsError } from '../../api/errors.ts';
import { acceptJson } from './body.ts';
import type { App, Context } from './context.ts';
import { sendError, sendRouteNotFound } from './errors.ts';
import { guardRequest } from './guards.ts';
import { addChatterboxInfoRoutes } from './routes/chatterbox-info.ts';
import { addChunkRoutes } from './routes/chunks.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addJobRoutes } from './routes/jobs.ts';
import { addOpenAiRoutes } from './routes/openai.ts';
import { addQueueRoutes } from './routes/queue.ts';
import { addTtsRoutes } from './routes/tts.ts';
import { addVoiceRoutes } from './routes/voices.ts';
import { addWebRoutes } from './routes/web.ts';
import { compileValidator } from './validate.ts';

/** Room for a million characters, each written as a six-byte escape. */
const BODY_LIMIT_BYTES = 8 * 1024 * 1024;
const HEADERS_TIMEOUT_MS = 15_000;
const BODY_TIMEOUT_MS = 120_000;

export async function buildServer(
  context: Context,
  { transport, log }: { transport: 'tcp' | 'unix'; log: FastifyBaseLogger },
): Promise<App> {
  const app: App = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: BODY_TIMEOUT_MS,
    forceCloseConnections: true,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    frameworkErrors: sendError,
  });
  acceptJson(app as never);
  app.setValidatorCompiler(compileValidator as never);
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler(sendError);
  app.setNotFoundHandler(sendRouteNotFound);
  await app.register(cors, {
    origin: context.config.server.allowed_origins,
    methods: ['GET', 'POST', 'PATCH', 'DELETE'],
    exposedHeaders: ['X-TTS-Adjusted', 'ETag', 'Retry-After'],
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'ttsd', version: context.version, description: 'Text in, durable job, speech out.' },
    },
  });
  app.addHook('onRequest', async (request) => {
    if (transport === 'tcp') guardRequest(request, context.config);
    if (context.draining.aborted && request.method === 'POST') {
      throw new TtsError('draining', 'ttsd is shutting down; try again when it is back.');
    }
  });
  addQueueRoutes(app, context);
  addTtsRoutes(app, context);
  addChatterboxInfoRoutes(app, context);
  addOpenAiRoutes(app, context);
  addJobRoutes(app, context);
  addVoiceRoutes(app, context);
  addChunkRoutes(app, context);
  addHealthRoutes(app, context);
  await addWebRoutes(app);
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await app.ready();
  return app;
}
