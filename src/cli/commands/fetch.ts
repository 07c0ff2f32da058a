// tts fetch: bring results to files.
import { TtsError } from '../../api/errors.ts';
import type { JobView } from '../../api/job.ts';
import { checkCaptions, saveCaptions } from '../captions.ts';
import { type Destination, fillTemplate, isFolder, isTemplate, openDestination } from '../destination.ts';
import { downloadResult } from '../download.ts';
import { forEachId, pathOf } from '../each-job.ts';
import { isFinal, waitForJob } from '../follow.ts';
import type { Options } from '../options.ts';
import { checkCompleted } from '../outcome.ts';
import { describeProgress } from '../render.ts';
import { type Session, withSession } from '../session.ts';
import { show } from '../show.ts';
import { createProgressBar } from '../ui/progress-bar.ts';

const DEFAULT_NAME = '{id}.{ext}';

export async function run(ids: readonly string[], options: Options): Promise<number> {
  const output = options.output ?? DEFAULT_NAME;
  // Only a template or a folder has room for several; anything else is tried before the wait.
  const single = isTemplate(output) ? undefined : await openSingle(output, ids);
  if (options.captions !== undefined) await checkCaptions(options.captions, ids.length);
  return withSession(options, (session) =>
    forEachId(ids, options.json, async (id) => {
      const job = await findCompleted(session, id, options);
      const destination = single ?? (await openDestination(await fillTemplate(output, job)));
      await downloadResult(session, job, destination);
      if (options.captions !== undefined) await saveCaptions(session, job, options.captions);
      if (destination.kind === 'stdout') return 0;
      const file = destination.name;
      show(options, { ...job, file }, () => [file]);
      return 0;
    }),
  );
}

async function openSingle(output: string, ids: readonly string[]): Promise<Destination | undefined> {
  if (output !== '-' && (await isFolder(output))) return undefined;
  if (ids.length > 1) {
    throw new TtsError(
      'usage',
      `${ids.length} jobs would all be written to ${output}. Use a template: -o '{id}.{ext}'`,
    );
  }
  return openDestination(output);
}

async function findCompleted(session: Session, id: string, options: Options): Promise<JobView> {
  const found = await session.client.get<JobView>(pathOf(id));
  const job = isFinal(found) || !options.wait ? found : await follow(session, found.id, options);
  checkCompleted(job);
  if (job.result) return job;
  if (isFinal(job))
    throw new TtsError(
      'result_expired',
      `The sound of job ${job.id} was removed. Make it again: tts retry ${job.id}`,
    );
  throw new TtsError(
    'job_not_ready',
    `Job ${job.id} is ${job.state}, ${describeProgress(job)}. Wait for it with: tts fetch --wait ${job.id}`,
  );
}

async function follow(session: Session, id: string, options: Options): Promise<JobView> {
  const bar = await createProgressBar(options);
  try {
    return await waitForJob(session, id, undefined, bar.update);
  } finally {
    bar.clear();
  }
}
