// The sound of many jobs, each brought to its place as soon as it has ended.
import { TtsError } from '../api/errors.ts';
import type { JobView } from '../api/job.ts';
import { saveCaptions } from './captions.ts';
import { type Destination, openDestination, placeJob } from './destination.ts';
import { downloadResult } from './download.ts';
import type { Options } from './options.ts';
import { checkCompleted } from './outcome.ts';
import { reportError } from './output.ts';
import type { Session } from './session.ts';
import { show } from './show.ts';
import { fillFields, type Place } from './template.ts';
import { waitForEnds } from './wait-for-ends.ts';

/** A job as it was when it was looked up or submitted, and what its file name needs to know. */
export interface Wanted {
  job: JobView;
  place: Place;
}

export interface CollectOptions {
  options: Options;
  output: string;
  /** Where the only job goes when that is settled already. */
  single?: Destination | undefined;
  signal?: AbortSignal | undefined;
}

/** Waits for those that have not ended. One that has no sound does not keep the others; gives the first such exit code. */
export async function collect(
  session: Session,
  wanted: readonly Wanted[],
  { options, output, single, signal }: CollectOptions,
): Promise<number> {
  if (single === undefined) checkDistinct(wanted, output);
  const places = new Map(wanted.map(({ job, place }) => [job.id, place]));
  let exitCode = 0;
  for await (const job of waitForEnds(
    session,
    wanted.map(({ job }) => job),
    { options, signal },
  )) {
    const code = await save(job, places.get(job.id)!).catch((error) => {
      if (isAboutAll(error)) throw error;
      return reportError(error, options.json === true);
    });
    exitCode ||= code;
  }
  return exitCode;

  async function save(job: JobView, place: Place): Promise<number> {
    checkResult(job);
    const destination = single ?? (await openDestination(await placeJob(output, job, place)));
    await downloadResult(session, job, destination);
    if (options.captions !== undefined) await saveCaptions(session, job, options.captions, place);
    if (destination.kind === 'stdout') return 0;
    const file = destination.name;
    show(options, { ...job, file }, () => [file]);
    return 0;
  }
}

function checkResult(job: JobView): void {
  checkCompleted(job);
  if (job.result) return;
  throw new TtsError(
    'result_expired',
    `The sound of job ${job.id} was removed. Make it again: tts retry ${job.id}`,
  );
}

/** Two jobs that were written to one file would leave one of them. */
export function checkDistinct(wanted: readonly Wanted[], output: string): void {
  const taken = new Map<string, string>();
  for (const { job, place } of wanted) {
    const name = fillFields(output, job, place);
    const other = taken.get(name);
    taken.set(name, job.id);
    if (other === undefined || other === job.id || name.endsWith('/')) continue;
    throw new TtsError(
      'usage',
      `Several jobs would be written to ${name}, such as ${other} and ${job.id}. Add {n} or {id} to the name.`,
    );
  }
}

/** What happened to one job says nothing of the next; these do. */
function isAboutAll(error: unknown): boolean {
  return !(error instanceof TtsError) || error.code === 'timed_out' || error.code === 'daemon_unreachable';
}
