// What Prometheus scrapes.
import { Type } from 'typebox';
import type { App, Context } from '../context.ts';

export function addMetricsRoute(app: App, { metrics, store, streams }: Context): void {
  app.get('/metrics', { schema: { response: { 200: Type.String() } } }, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.render({ store, streams })),
  );
}
