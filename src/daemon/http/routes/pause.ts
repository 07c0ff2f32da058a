// Holding the queue as a whole still, and letting it go on.
import { QueueReply } from '../../../api/v1.ts';
import type { App, Context } from '../context.ts';
import { describeQueue } from './overview.ts';

export function addPauseRoutes(app: App, context: Context): void {
  const { jobs, store } = context;

  app.post('/v1/queue/pause', { schema: { response: { 200: QueueReply } } }, async () => {
    await jobs.pause();
    return describeQueue(await store.count(), context);
  });

  app.post('/v1/queue/resume', { schema: { response: { 200: QueueReply } } }, async () => {
    await jobs.resume();
    return describeQueue(await store.count(), context);
  });
}
