// Is it alive, can it work, which version is it, what is in its queue.
import { Type } from 'typebox';
import { QueueReply, VersionReply } from '../../../api/v1.ts';
import { API_VERSION } from '../../../api/version.ts';
import type { App, Context } from '../context.ts';

const ReadyReply = Type.Object({ ready: Type.Boolean(), reason: Type.Union([Type.String(), Type.Null()]) });

export function addHealthRoutes(
  app: App,
  { jobs, store, loop, models, version, bootId, draining }: Context,
): void {
  app.get(
    '/livez',
    { config: { public: true }, schema: { response: { 200: Type.Object({ alive: Type.Boolean() }) } } },
    async () => ({
      alive: true,
    }),
  );

  app.get(
    '/readyz',
    { config: { public: true }, schema: { response: { 200: ReadyReply, 503: ReadyReply } } },
    async (_request, reply) => {
      const reason = draining.aborted ? 'ttsd is shutting down.' : (jobs.damage ?? loop.trouble);
      return reply.status(reason === null ? 200 : 503).send({ ready: reason === null, reason });
    },
  );

  app.get('/v1/version', { schema: { response: { 200: VersionReply } } }, async () => ({
    version,
    api: { min: API_VERSION, max: API_VERSION },
    boot_id: bootId,
    pid: process.pid,
  }));

  app.get('/v1/queue', { schema: { response: { 200: QueueReply } } }, async () => {
    const { queued, running, queuedChars } = await store.count();
    return {
      queued,
      running,
      queued_chars: queuedChars,
      models: [...models].map(([id, { host }]) => ({
        id,
        state: host.state,
        chars_per_sec: host.charsPerSec === null ? null : Math.round(host.charsPerSec),
        rss_bytes: host.rssBytes,
      })),
    };
  });
}
