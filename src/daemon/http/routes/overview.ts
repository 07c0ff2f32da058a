// The queue as a whole: how much is in it, and at one glance what runs, what comes next and what ended last.
import { OverviewQuery, OverviewReply, QueueReply } from '../../../api/v1.ts';
import type { QueueCounts } from '../../jobs/store.ts';
import type { App, Context } from '../context.ts';

/** A screenful. */
const SHOWN_QUEUED = 20;
const SHOWN_ENDED = 5;

export function addOverviewRoutes(app: App, context: Context): void {
  const { jobs, store } = context;

  app.get('/v1/queue', { schema: { response: { 200: QueueReply } } }, async () =>
    describeQueue(await store.count(), context),
  );

  app.get(
    '/v1/overview',
    { schema: { querystring: OverviewQuery, response: { 200: OverviewReply } } },
    async (request) => {
      const { queued = SHOWN_QUEUED, ended = SHOWN_ENDED } = request.query;
      const { counts, ...shown } = await jobs.getOverview({ queued, ended });
      return { queue: describeQueue(counts, context), ...shown };
    },
  );
}

export function describeQueue(
  { queued, running, queuedChars }: QueueCounts,
  { jobs, models, isReplaced }: Pick<Context, 'jobs' | 'models' | 'isReplaced'>,
): QueueReply {
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
}
