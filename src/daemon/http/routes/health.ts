// Is it alive, can it work, which version is it.
import { Type } from 'typebox';
import { VersionReply } from '../../../api/v1.ts';
import { API_VERSION } from '../../../api/version.ts';
import type { App, Context } from '../context.ts';

const ReadyReply = Type.Object({ ready: Type.Boolean(), reason: Type.Union([Type.String(), Type.Null()]) });

export function addHealthRoutes(app: App, { jobs, loop, version, bootId, draining }: Context): void {
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
      const trouble = draining.aborted ? 'ttsd is shutting down.' : (jobs.damage ?? loop.trouble);
      // A queue that is held still on purpose takes jobs all the same.
      const reason = trouble ?? jobs.pauseNote;
      return reply.status(trouble === null ? 200 : 503).send({ ready: trouble === null, reason });
    },
  );

  // As Kokoro-FastAPI has it, and many a container's health check asks.
  const HealthReply = Type.Object({ status: Type.Enum(['healthy', 'unhealthy']) });
  const health = { 200: HealthReply, 503: HealthReply };
  app.get('/health', { config: { public: true }, schema: { response: health } }, async (_request, reply) => {
    const isWell = !draining.aborted && (jobs.damage ?? loop.trouble) === null;
    return reply
      .status(isWell ? 200 : 503)
      .send({ status: isWell ? ('healthy' as const) : ('unhealthy' as const) });
  });

  app.get('/v1/version', { schema: { response: { 200: VersionReply } } }, async () => ({
    version,
    api: { min: API_VERSION, max: API_VERSION },
    boot_id: bootId,
    pid: process.pid,
  }));
}
