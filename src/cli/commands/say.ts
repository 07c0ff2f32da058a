// tts say: submit, follow, and bring the sound to a file, to stdout or to the ears.
import type { TtsError } from '../../api/errors.ts';
import type { JobView } from '../../api/job.ts';
import type { CancelReply } from '../../api/v1.ts';
import { type Destination, openDestination, openEarly, placeJob } from '../destination.ts';
import { downloadResult } from '../download.ts';
import { pathOf } from '../each-job.ts';
import { waitForJob } from '../follow.ts';
import { chooseFormat } from '../format.ts';
import { readText } from '../input.ts';
import { catchInterrupt, Interrupted } from '../interrupt.ts';
import type { Options } from '../options.ts';
import { checkCompleted } from '../outcome.ts';
import { note, print } from '../output.ts';
import { findPlayer, PLAYER_NAMES, playJob } from '../play.ts';
import { describeProgress } from '../render.ts';
import { type Session, withSession } from '../session.ts';
import { show } from '../show.ts';
import { bringClone, buildRequest } from '../submit.ts';
import { submitAndName } from '../submit-and-name.ts';
import { createProgress } from '../ui/progress.ts';
import { createWarner } from '../warner.ts';

export async function run(args: readonly string[], options: Options): Promise<number> {
  const format = await chooseFormat(options);
  const request = {
    ...buildRequest(options, 'interactive', format),
    text: await readText(args, options.file),
  };
  const early = options.output === undefined ? undefined : await openEarly(options.output);
  const captions = options.captions === undefined ? undefined : await import('../captions.ts');
  await captions?.checkCaptions(options.captions!);
  return withSession(options, async (session) => {
    const clone = await bringClone(session, options);
    const interrupt = catchInterrupt();
    const stop = new AbortController();
    let played: Promise<void> | undefined;
    let job: JobView | number;
    try {
      const [submitted] = await submitAndName(session, [{ ...request, ...clone }], interrupt.signal);
      const { id } = submitted!.job;
      const player = options.output === undefined ? findPlayer() : undefined;
      played = player && playJob(session, { id }, player, stop.signal);
      played?.catch(() => undefined);
      job = await followInterruptibly(session, id, options, interrupt.signal);
    } catch (error) {
      if (error instanceof Interrupted) return error.exitCode;
      throw error;
    } finally {
      interrupt.stop();
    }
    if (typeof job === 'number') {
      stop.abort();
      return job;
    }
    checkCompleted(job);
    await captions?.saveCaptions(session, job, options.captions!, { n: 1 });
    const destination =
      early ?? (options.output && (await openDestination(await placeJob(options.output, job, { n: 1 }))));
    if (!destination) {
      if (!played)
        note(
          `No player is installed (${PLAYER_NAMES.join(', ')}). The sound is kept: tts fetch ${job.id} -o FILE`,
        );
      await played;
      show(options, job, () => []);
      return 0;
    }
    await downloadResult(session, job, destination).catch((error) => {
      note(`The sound is kept: tts fetch ${job.id} -o FILE`);
      throw error;
    });
    announce(job, destination, options);
    return 0;
  });
}

/** The final job, or the exit code when the user broke it off. */
async function followInterruptibly(
  session: Session,
  id: string,
  options: Options,
  signal: AbortSignal,
): Promise<JobView | number> {
  const progress = await createProgress(options);
  const warn = createWarner(progress.clear);
  try {
    signal.throwIfAborted();
    return await waitForJob(session, id, signal, (view) => {
      warn(view);
      progress.update(view);
    });
  } catch (error) {
    progress.clear();
    if (error === session.deadline?.reason) {
      note((error as Error).message);
      return detach(id, (error as TtsError).exitCode);
    }
    if (!(error instanceof Interrupted)) throw error;
    return error.exitCode === 130 ? cancelOnInterrupt(session, id) : detach(id, error.exitCode);
  } finally {
    progress.clear();
  }
}

async function cancelOnInterrupt(session: Session, id: string): Promise<number> {
  // Before it is told of: a quick second one would end the process.
  const second = catchInterrupt();
  note(`Cancelling job ${id}. Ctrl-C again leaves it as it is.`);
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
