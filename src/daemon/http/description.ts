// The description of the interface, as JSON and as a page to read and try: an application of its own that never listens, made
// when somebody first asks. It is whole from this package, so that it works offline.
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify from 'fastify';
import type { App, Context } from './context.ts';
import { sendError, sendRouteNotFound } from './errors.ts';
import { completeOpenApi, OPENAPI_BASE } from './openapi.ts';
import { addRoutes } from './routes.ts';

/** Nothing from elsewhere, no script in the page itself. The page's own icons are data, its lines take styles from script. */
const CONTENT_SECURITY_POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'media-src': "'self' blob:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

export async function buildDescription(context: Context): Promise<App> {
  const app: App = Fastify();
  app.decorateRequest('keyId', null);
  app.setErrorHandler(sendError);
  app.setNotFoundHandler(sendRouteNotFound);
  await app.register(swagger, {
    openapi: {
      ...OPENAPI_BASE,
      info: { title: 'ttsd', version: context.version, description: 'Text in, durable job, speech out.' },
    },
    transformObject: (found) => completeOpenApi('openapiObject' in found ? found.openapiObject : {}),
  });
  addRoutes(app, context);
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: CONTENT_SECURITY_POLICY,
    theme: { title: 'ttsd' },
    uiConfig: {
      layout: 'BaseLayout',
      docExpansion: 'list',
      tryItOutEnabled: true,
      persistAuthorization: false,
    },
  });
  await app.ready();
  return app;
}
