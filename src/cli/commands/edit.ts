// tts edit: change the priority, label or time of jobs that are not done.
import { TtsError } from '../../api/errors.ts';
import type { JobView } from '../../api/job.ts';
import type { EditBody } from '../../api/v1.ts';
import { forEachId, pathOf } from '../each-job.ts';
import type { Options } from '../options.ts';
import { formatTime } from '../render.ts';
import { withSession } from '../session.ts';
import { show } from '../show.ts';
import { parseStart } from '../when.ts';

export async function run(ids: readonly string[], options: Options): Promise<number> {
  const change = readChange(options);
  return withSession(options, ({ client }) =>
    forEachId(ids, options.json, async (id) => {
      const job = await client.patch<JobView>(pathOf(id), change);
      show(options, job, () => [`${job.id} ${job.state}, ${describe(job)}`]);
      return 0;
    }),
  );
}

function readChange(options: Options): EditBody {
  const { priority, label, at } = options;
  const start = at === 'now' ? null : parseStart(options, Date.now());
  const change = {
    ...(priority === undefined ? {} : { priority }),
    ...(label === undefined ? {} : { label: label || null }),
    ...(start === undefined ? {} : { not_before: start }),
  };
  if (Object.keys(change).length === 0) {
    throw new TtsError('usage', 'Change what? Give --priority, --label, --at or --in.');
  }
  return change;
}

function describe(job: JobView): string {
  const parts = [`priority ${job.priority}`];
  if (job.label !== null) parts.push(`label ${job.label}`);
  if (job.not_before !== null) parts.push(`not before ${formatTime(job.not_before)}`);
  return parts.join(', ');
}
