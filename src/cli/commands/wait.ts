// tts wait: until all jobs have ended, or any of them.
import { TtsError } from '../../api/errors.ts';
import type { JobView } from '../../api/job.ts';
import { pathOf } from '../each-job.ts';
import { waitForJob } from '../follow.ts';
import { catchInterrupt, Interrupted } from '../interrupt.ts';
import type { Options } from '../options.ts';
import { note } from '../output.ts';
import { getWidth, renderJobs } from '../render.ts';
import { type Session, withSession } from '../session.ts';
import { show } from '../show.ts';
import { createProgressBar } from '../ui/progress-bar.ts';

/** More streams at once would only hold more connections open. */
const MAX_STREAMS = 64;

export async function run(ids: readonly string[], options: Options): Promise<number> {
  if (options.all && options.any)
    throw new TtsError('usage', '--all and --any exclude each other: give one of them.');
  const interrupt = catchInterrupt();
  try {
    return await withSession(options, (session) => waitForJobs(session, ids, options, interrupt.signal));
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    throw error;
  } finally {
    interrupt.stop();
  }
}

async function waitForJobs(
  session: Session,
  ids: readonly string[],
  options: Options,
  interrupted: AbortSignal,
): Promise<number> {
  // First all ids, so that a wrong one is said at once and not after the others have ended.
  const jobs = await Promise.all([...new Set(ids)].map((id) => session.client.get<JobView>(pathOf(id))));
  const done = new AbortController();
  const limits = [interrupted, done.signal, ...createTimeout(options.timeout)];
  const signal = AbortSignal.any(limits);
  const bar = jobs.length === 1 ? await createProgressBar(options) : undefined;
  const ended: JobView[] = [];
  const waitForOne = async ({ id }: JobView) => {
    const job = await waitForJob(session, id, signal, bar?.update);
    if (options.any && ended.length > 0) return;
    bar?.clear();
    show(options, job, () => renderJobs([job], getWidth()));
    if (job.error && !options.json) note(`Job ${job.id} failed: ${job.error.message}`);
    ended.push(job);
    if (options.any) done.abort(new AnyEnded());
  };
  try {
    await runLimited(jobs, options.any ? jobs.length : MAX_STREAMS, waitForOne);
  } catch (error) {
    if (!(error instanceof AnyEnded)) throw error;
  } finally {
    bar?.clear();
    done.abort();
  }
  return findExitCode(ended);
}

class AnyEnded extends Error {
  override readonly name = 'AnyEnded';
}

function createTimeout(seconds: number | undefined): AbortSignal[] {
  if (seconds === undefined) return [];
  const controller = new AbortController();
  const reason = new TtsError(
    'timed_out',
    `Not ended after ${seconds} s. The jobs go on; wait again with: tts wait`,
  );
  setTimeout(() => controller.abort(reason), seconds * 1000).unref();
  return [controller.signal];
}

async function runLimited<T>(
  items: readonly T[],
  limit: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}

/** A failure weighs more than a cancellation. */
function findExitCode(jobs: readonly JobView[]): number {
  if (jobs.some((job) => job.state === 'failed')) return new TtsError('job_failed', '').exitCode;
  return jobs.some((job) => job.state === 'cancelled') ? new TtsError('job_cancelled', '').exitCode : 0;
}
