// tts watch: each text file of a folder becomes sound beside it, until it is interrupted.
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TtsError } from '../../api/errors.ts';
import type { AudioFormat, JobView } from '../../api/job.ts';
import { openDestination } from '../destination.ts';
import { downloadResult } from '../download.ts';
import { pathOf } from '../each-job.ts';
import { waitForJob } from '../follow.ts';
import { getExtension, readFormat } from '../format.ts';
import { describeUnreadable, readTextFile } from '../input.ts';
import type { Options } from '../options.ts';
import { checkCompleted } from '../outcome.ts';
import { note, reportError } from '../output.ts';
import { type Session, withInterruptible } from '../session.ts';
import { show } from '../show.ts';
import { bringClone, buildRequest, submitJobs } from '../submit.ts';

const TEXT_ENDINGS = ['.txt', '.md'];
/** A file that has not grown for so long is taken for whole; one that grows later is spoken again. */
const SETTLED_MS = 1000;
const POLL_MS = 100;
/** Files in hand at once; the daemon has the others in its queue soon enough. */
const IN_HAND = 8;
const TRY_AGAIN_MS = 2000;

export async function run([folder]: readonly string[], options: Options): Promise<number> {
  await checkFolder(folder!);
  const format = options.format === undefined ? 'wav' : readFormat(options.format);
  const { default: chokidar } = await import('chokidar');
  return withInterruptible(options, async (session, signal) => {
    const clone = await bringClone(session, options);
    const speaker = createSpeaker(session, { options, format, clone, signal });
    const watcher = chokidar.watch(folder!, {
      depth: 0,
      awaitWriteFinish: { stabilityThreshold: SETTLED_MS, pollInterval: POLL_MS },
      ignored: (path, stats) => stats?.isFile() === true && !isText(path),
    });
    try {
      watcher.on('add', speaker.take).on('change', speaker.take).on('error', speaker.fail);
      watcher.once('ready', () => options.quiet || options.json || note(`Watching ${folder}.`));
      return await speaker.broken;
    } finally {
      await watcher.close();
    }
  });
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((cause) => {
    throw describeUnreadable(folder, cause);
  });
  if (!found.isDirectory())
    throw new TtsError('usage', `${folder} is a file. Speak it: tts say -f ${folder}; watched are folders.`);
}

function isText(path: string): boolean {
  return TEXT_ENDINGS.includes(extname(path).toLowerCase()) && !basename(path).startsWith('.');
}

/** Takes files as they come; `broken` rejects when there is no going on. */
function createSpeaker(
  session: Session,
  {
    options,
    format,
    clone,
    signal,
  }: { options: Options; format: AudioFormat; clone: { clone?: string }; signal: AbortSignal },
) {
  const waiting = new Set<string>();
  const inHand = new Set<string>();
  const { promise: broken, reject: fail } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => fail(signal.reason), { once: true });

  function next(): void {
    for (const file of waiting) {
      if (inHand.size >= IN_HAND) return;
      // One that changes while it is spoken is spoken again afterwards.
      if (inHand.has(file)) continue;
      waiting.delete(file);
      inHand.add(file);
      speak(file)
        .catch((error) => {
          if (signal.aborted || !(error instanceof TtsError)) fail(error);
          else reportError(error, options.json === true);
        })
        .finally(() => {
          inHand.delete(file);
          next();
        });
    }
  }

  async function speak(file: string): Promise<void> {
    const output = join(dirname(file), `${basename(file, extname(file))}.${getExtension(format)}`);
    if (await isUpToDate(output, file)) return;
    const request = { ...buildRequest(options, 'batch', format), ...clone, text: await readTextFile(file) };
    const hash = createHash('sha256')
      .update(JSON.stringify([output, request]))
      .digest('hex');
    const job = await submit({ ...request, idempotency_key: `watch:${hash}` });
    const ended = await waitForJob(session, job.id, signal);
    checkCompleted(ended);
    const destination = await openDestination(output);
    await downloadResult(session, ended, destination);
    show(options, { ...ended, file: output }, () => [output]);
  }

  /** A daemon that is busy, full or on its way down is asked again. */
  async function submit(request: Parameters<typeof submitJobs>[1][number]): Promise<JobView> {
    for (;;) {
      try {
        const [submitted] = await submitJobs(session, [request]);
        const { job, existing } = submitted!;
        const isGone = job.finished_at !== null && job.state === 'completed' && job.result === null;
        return existing && isGone ? session.client.post<JobView>(pathOf(job.id, '/retry'), {}) : job;
      } catch (error) {
        if (!(error instanceof TtsError && error.retryable) || error === session.deadline?.reason)
          throw error;
        note(`${error.message} Trying again …`);
        await sleep(TRY_AGAIN_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
      }
    }
  }

  return {
    take(file: string): void {
      waiting.add(file);
      next();
    },
    fail,
    broken,
  };
}

/** The sound was made after the text was last written. */
async function isUpToDate(output: string, file: string): Promise<boolean> {
  const [sound, text] = await Promise.all([stat(output).catch(() => undefined), stat(file)]);
  return sound !== undefined && sound.mtimeMs >= text.mtimeMs;
}
