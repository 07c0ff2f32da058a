// The queue as a whole: what is in it, and holding it still.
import { OverviewQuery, OverviewReply, QueueReply } from '../../../api/v1.ts';
import type { QueueCounts } from '../../jobs/store.ts';
import type { App, Context } from '../context.ts';

/** A screenful. */
const SHOWN_QUEUED = 20;
const SHOWN_ENDED = 5;

export function addPauseRoutes(app: App, { jobs, store, models, isReplaced }: Context): void {
  const describe = ({ queued, running, queuedChars }: QueueCounts): QueueReply => ({
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
  });
  const describeQueue = async () => describe(await store.count());

  app.get('/v1/queue', { schema: { response: { 200: QueueReply } } }, describeQueue);

  app.get(
    '/v1/overview',
    { schema: { querystring: OverviewQuery, response: { 200: OverviewReply } } },
    async (request) => {
      const { queued = SHOWN_QUEUED, ended = SHOWN_ENDED } = request.query;
      const { counts, ...shown } = await jobs.getOverview({ queued, ended });
      return { queue: describe(counts), ...shown };
    },
  );

  app.post('/v1/queue/pause', { schema: { response: { 200: QueueReply } } }, async () => {
    await jobs.pause();
    return describeQueue();
  });

  app.post('/v1/queue/resume', { schema: { response: { 200: QueueReply } } }, async () => {
    await jobs.resume();
    return describeQueue();
  });
}
