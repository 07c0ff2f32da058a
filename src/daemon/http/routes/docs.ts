// The interface as JSON, and as a page to read and try: whole from this package, so that it works offline.
import swaggerUi from '@fastify/swagger-ui';
import type { App } from '../context.ts';

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

export function addOpenApiRoute(app: App): void {
  app.get('/openapi.json', { config: { public: true }, schema: { hide: true } }, () => app.swagger());
}

export async function addDocsPage(app: App): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, public: true };
    });
    await scope.register(swaggerUi, {
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
  });
}
