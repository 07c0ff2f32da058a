// tts cancel: stop jobs that are queued or running.
import type { CancelReply } from '../../api/v1.ts';
import { forEachId, pathOf } from '../each-job.ts';
import type { Options } from '../options.ts';
import { note } from '../output.ts';
import { withSession } from '../session.ts';
import { show } from '../show.ts';

export async function run(ids: readonly string[], options: Options): Promise<number> {
  const body = options.now ? { now: true } : {};
  return withSession(options, ({ client }) =>
    forEachId(ids, options.json, async (id) => {
      const { cancelled, job } = await client.post<CancelReply>(pathOf(id, '/cancel'), body);
      if (!cancelled && !options.json) note(`Job ${job.id} had ended already: ${job.state}.`);
      // A running job may first finish the piece of text in hand.
      const word = cancelled && job.finished_at === null ? 'cancelling' : job.state;
      show(options, { ...job, cancelled }, () => [`${job.id} ${word}`]);
      return 0;
    }),
  );
}
