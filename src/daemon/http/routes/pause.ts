// The queue as a whole: what is in it, and holding it still.
import { QueueReply } from '../../../api/v1.ts';
import type { App, Context } from '../context.ts';

export function addPauseRoutes(app: App, { jobs, store, models, isReplaced }: Context): void {
  const describeQueue = async (): Promise<QueueReply> => {
    const { queued, running, queuedChars } = await store.count();
    return {
      queued,
      running,
      queued_chars: queuedChars,
      paused_since: jobs.pausedSince,
      program_replaced: isReplaced(),
      models: [...models].map(([id, { host }]) => ({
        id,
        state: host.state,
        chars_per_sec: host.charsPerSec === null ? null : Math.round(host.charsPerSec),
        rss_bytes: host.rssBytes,
      })),
    };
  };

  app.get('/v1/queue', { schema: { response: { 200: QueueReply } } }, describeQueue);

  app.post('/v1/queue/pause', { schema: { response: { 200: QueueReply } } }, async () => {
    await jobs.pause();
    return describeQueue();
  });

  app.post('/v1/queue/resume', { schema: { response: { 200: QueueReply } } }, async () => {
    await jobs.resume();
    return describeQueue();
  });
}
