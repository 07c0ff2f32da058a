// tts play: hear jobs, finished or not: from the first chunk on, one after the other.
import type { JobView } from '../../api/job.ts';
import { forEachId, pathOf } from '../each-job.ts';
import type { Options } from '../options.ts';
import { checkCompleted } from '../outcome.ts';
import { playJob, requirePlayer } from '../play.ts';
import { withInterruptible } from '../session.ts';
import { show } from '../show.ts';
import { createWarner } from '../warner.ts';

export async function run(ids: readonly string[], options: Options): Promise<number> {
  const player = requirePlayer();
  return withInterruptible(options, (session, signal) =>
    forEachId(ids, options.json, async (id) => {
      const job = await session.client.get<JobView>(pathOf(id));
      if (job.finished_at !== null) checkCompleted(job);
      createWarner(() => undefined)(job);
      await playJob(session, job, player, signal);
      signal.throwIfAborted();
      show(options, job, () => []);
      return 0;
    }),
  );
}
