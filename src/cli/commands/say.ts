// tts say: submit, follow, and bring the sound to a file, to stdout or to the ears.
import { join } from 'node:path';
import type { AudioFormat, JobView } from '../../api/job.ts';
import type { CancelReply } from '../../api/v1.ts';
import { checkCaptions, saveCaptions } from '../captions.ts';
import { type Destination, fillTemplate, isFolder, isTemplate, openDestination } from '../destination.ts';
import { downloadResult } from '../download.ts';
import { pathOf } from '../each-job.ts';
import { waitForJob } from '../follow.ts';
import { guessFormat, readFormat } from '../format.ts';
import { readText } from '../input.ts';
import { catchInterrupt, Interrupted } from '../interrupt.ts';
import type { Options } from '../options.ts';
import { checkCompleted } from '../outcome.ts';
import { note, print } from '../output.ts';
import { playResult } from '../play-result.ts';
import { describeProgress } from '../render.ts';
import { type Session, withSession } from '../session.ts';
import { show } from '../show.ts';
import { buildRequest, submitJobs } from '../submit.ts';
import { createProgressBar } from '../ui/progress-bar.ts';

export async function run(args: readonly string[], options: Options): Promise<number> {
  const format = await chooseFormat(options);
  const request = {
    ...buildRequest(options, 'interactive', format),
    text: await readText(args, options.file),
  };
  const early = await openEarly(options.output);
  if (options.captions !== undefined) await checkCaptions(options.captions);
  return withSession(options, async (session) => {
    const [submitted] = await submitJobs(session, [request]);
    const { id } = submitted!.job;
    const job = await followInterruptibly(session, id, options);
    if (typeof job === 'number') return job;
    for (const warning of job.warnings) note(warning);
    checkCompleted(job);
    if (options.captions !== undefined) await saveCaptions(session, job, options.captions);
    const destination =
      early ?? (options.output && (await openDestination(await fillTemplate(options.output, job))));
    if (!destination) return playResult(session, job, options);
    await downloadResult(session, job, destination).catch((error) => {
      note(`The sound is kept: tts fetch ${id} -o FILE`);
      throw error;
    });
    announce(job, destination, options);
    return 0;
  });
}

/** Before the job is made, so that nothing is computed for a place that cannot be written; undefined for a template. */
async function openEarly(output: string | undefined): Promise<Destination | undefined> {
  if (output === undefined) return undefined;
  if (output !== '-' && (await isFolder(output))) {
    await openDestination(join(output, 'probe'));
    return undefined;
  }
  if (!isTemplate(output)) return openDestination(output);
  await openDestination(output.replaceAll(/\{(id|label|ext)\}/g, 'x'));
  return undefined;
}

/** `--format`, else what the file name says. */
async function chooseFormat(options: Options): Promise<AudioFormat | undefined> {
  if (options.format !== undefined) return readFormat(options.format);
  if (options.output === undefined || options.output === '-') return undefined;
  const guessed = guessFormat(options.output);
  if (!guessed && !options.output.endsWith('{ext}') && !(await isFolder(options.output))) {
    note(`${options.output} names no known format; it will be a WAV. Choose another with --format.`);
    return 'wav';
  }
  return guessed;
}

/** The final job, or the exit code when the user broke it off. */
async function followInterruptibly(
  session: Session,
  id: string,
  options: Options,
): Promise<JobView | number> {
  const bar = await createProgressBar(options);
  const interrupt = catchInterrupt();
  try {
    return await waitForJob(session, id, interrupt.signal, bar.update);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    bar.clear();
    interrupt.stop();
    return error.exitCode === 130 ? cancelOnInterrupt(session, id) : detach(id, error.exitCode);
  } finally {
    bar.clear();
    interrupt.stop();
  }
}

async function cancelOnInterrupt(session: Session, id: string): Promise<number> {
  note(`Cancelling job ${id}. Ctrl-C again leaves it as it is.`);
  const second = catchInterrupt();
  try {
    const job = await Promise.race([cancel(session, id), rejectWhenAborted(second.signal)]);
    note(job.state === 'cancelled' ? `Job ${id} is cancelled.` : `Job ${id} was ${job.state} already.`);
    return 130;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return detach(id, 130);
  } finally {
    second.stop();
  }
}

async function cancel(session: Session, id: string): Promise<JobView> {
  await session.client.post<CancelReply>(pathOf(id, '/cancel'), { now: true });
  return waitForJob(session, id);
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise;
}

function detach(id: string, exitCode: number): number {
  note(`Job ${id} is left to itself. Its sound: tts fetch ${id} --wait -o FILE`);
  print(id);
  return exitCode;
}

function announce(job: JobView, destination: Destination, options: Options): void {
  if (destination.kind === 'stdout') return;
  const file = destination.name;
  show(options, { ...job, file }, () => [file]);
  if (process.stderr.isTTY) note(describeProgress(job));
}
