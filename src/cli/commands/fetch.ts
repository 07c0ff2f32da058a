// tts fetch: bring results to files.
import { TtsError } from '../../api/errors.ts';
import type { JobView } from '../../api/job.ts';
import { checkCaptions } from '../captions.ts';
import { collect, type Wanted } from '../collect.ts';
import { type Destination, isFolder, openEarly } from '../destination.ts';
import { pathOf } from '../each-job.ts';
import { isFinal } from '../follow.ts';
import type { Options } from '../options.ts';
import { note, reportError } from '../output.ts';
import { describeProgress } from '../render.ts';
import { type Session, withSession } from '../session.ts';
import { isTemplate } from '../template.ts';
import { listJobs } from './list.ts';

const DEFAULT_NAME = '{id}.{ext}';

export async function run(ids: readonly string[], options: Options): Promise<number> {
  checkChoice(ids, options);
  const output = options.output ?? DEFAULT_NAME;
  // Only a template or a folder has room for several; anything else is tried before the wait.
  const single = await openSingle(output, ids, options);
  if (options.captions !== undefined) await checkCaptions(options.captions, options.all ? 2 : ids.length);
  return withSession(options, async (session) => {
    const { found, exitCode } = options.all
      ? await findAll(session, options)
      : await findEach(session, ids, options);
    const ready = found.filter(({ job }) => isFinal(job) || options.wait);
    const late = found.filter((wanted) => !ready.includes(wanted));
    const collected = await collect(session, ready, { options, output, single });
    const reported = late.map(({ job }) => reportError(describeLate(job, options), options.json === true));
    return exitCode || collected || (reported[0] ?? 0);
  });
}

function checkChoice(ids: readonly string[], { all, label }: Options): void {
  if (ids.length === 0 && !all)
    throw new TtsError('usage', 'Which jobs? Give their ids, or --all, as in: tts fetch --all --label book');
  if (ids.length > 0 && all) throw new TtsError('usage', 'Give ids or --all, not both.');
  if (label !== undefined && !all)
    throw new TtsError('usage', '--label says which of --all: tts fetch --all --label LABEL');
}

async function openSingle(
  output: string,
  ids: readonly string[],
  { all }: Options,
): Promise<Destination | undefined> {
  const isOne = !isTemplate(output) && (output === '-' || !(await isFolder(output)));
  if (isOne && (all || ids.length > 1)) {
    const jobs = all ? 'All jobs' : `${ids.length} jobs`;
    throw new TtsError('usage', `${jobs} would all be written to ${output}. Use a template: -o '{id}.{ext}'`);
  }
  return openEarly(output);
}

async function findEach(session: Session, ids: readonly string[], options: Options) {
  const found: Wanted[] = [];
  let exitCode = 0;
  for (const [index, id] of ids.entries()) {
    try {
      found.push({ job: await session.client.get<JobView>(pathOf(id)), place: { n: index + 1 } });
    } catch (error) {
      exitCode ||= reportError(error, options.json === true);
    }
  }
  return { found, exitCode };
}

/** Oldest first: `n` counts them in the order in which they were queued, whatever became of them. */
async function findAll({ client }: Session, { label, quiet, json }: Options) {
  const filter = label === undefined ? {} : { label };
  const { jobs } = await listJobs(client, filter, Number.POSITIVE_INFINITY);
  if (jobs.length === 0 && !quiet && !json)
    note(label === undefined ? 'There are no jobs.' : `No job has the label ${label}.`);
  const found = jobs.reverse().map((job, index): Wanted => ({ job, place: { n: index + 1 } }));
  return { found, exitCode: 0 };
}

function describeLate(job: JobView, { all, label }: Options): TtsError {
  const again = all ? `--all${label === undefined ? '' : ` --label ${label}`}` : job.id;
  return new TtsError(
    'job_not_ready',
    `Job ${job.id} is ${job.state}, ${describeProgress(job)}. Wait for it with: tts fetch --wait ${again}`,
  );
}
