// What happens to all jobs, as it happens.
import { EventsQuery } from '../../../api/v1.ts';
import type { App, Context } from '../context.ts';
import { readLastEventId } from '../events.ts';
import { followQueue } from '../follow-queue.ts';

export function addEventRoutes(app: App, context: Context): void {
  app.get(
    '/v1/events',
    { exposeHeadRoute: false, schema: { querystring: EventsQuery } },
    (request, reply) => {
      const { after, state, label } = request.query;
      const filter = {
        ...(state === undefined ? {} : { states: [state].flat() }),
        ...(label === undefined ? {} : { label }),
      };
      return followQueue({ after: readLastEventId(request) ?? after, filter }, reply, context);
    },
  );
}
