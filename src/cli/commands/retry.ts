// tts retry: put failed or cancelled jobs back into the queue; what they had finished is kept.
import { TtsError } from '../../api/errors.ts';
import type { JobView } from '../../api/job.ts';
import { forEachId, pathOf } from '../each-job.ts';
import type { Options } from '../options.ts';
import { note } from '../output.ts';
import { withSession } from '../session.ts';
import { show } from '../show.ts';
import { listJobs } from './list.ts';

export async function run(args: readonly string[], options: Options): Promise<number> {
  if (args.length > 0 && options.failed) throw new TtsError('usage', 'Give ids or --failed, not both.');
  if (args.length === 0 && !options.failed) {
    throw new TtsError('usage', 'Which jobs? Give their ids, or --failed for all that failed.');
  }
  return withSession(options, async ({ client }) => {
    const ids = options.failed ? await listFailed() : args;
    if (ids.length === 0) note('No job has failed.');
    return forEachId(ids, options.json, async (id) => {
      const job = await client.post<JobView>(pathOf(id, '/retry'), {});
      show(options, job, () => [`${job.id} ${job.state}`]);
      return 0;
    });

    async function listFailed(): Promise<string[]> {
      const { jobs } = await listJobs(client, { state: 'failed' }, Number.POSITIVE_INFINITY);
      return jobs.map((job) => job.id);
    }
  });
}
