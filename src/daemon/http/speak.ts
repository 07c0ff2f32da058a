// A request that somebody waits for: a job like any other, its audio in the answer; the client leaving cancels it.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TtsError } from '../../api/errors.ts';
import type { JobRequest } from '../../api/job.ts';
import { onClientLeft } from './client-left.ts';
import type { Context } from './context.ts';
import { sendResult } from './send-result.ts';
import { streamAudio } from './stream-audio.ts';
import { nameSubmitterOf } from './submitter.ts';

export interface SpeakOptions {
  /** Audio as it is made; else the whole file when it is finished. */
  stream: boolean;
  /** A stream of events that carry the audio. */
  asEvents?: boolean;
  /** What the route has to tell about the request. */
  warnings?: readonly string[];
}

export async function speak(
  wanted: JobRequest,
  { stream, asEvents = false, warnings = [] }: SpeakOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  context: Context,
): Promise<FastifyReply> {
  const { jobs, draining, streams } = context;
  jobs.checkNotPaused();
  if (stream) streams.enter('audio', reply);
  const [submitted] = await jobs.submit([wanted], {
    class: 'interactive',
    quickStart: stream,
    nameSubmitter: nameSubmitterOf(request),
    warnings,
  });
  const { job, adjusted } = submitted!;
  const left = onClientLeft(reply);
  const cancel = () => {
    jobs.cancel(job.id).catch((error: unknown) => request.log.error({ err: error }, 'could not cancel'));
  };
  if (left.aborted) cancel();
  else left.addEventListener('abort', cancel);
  reply.header('x-job-id', job.id);
  if (adjusted.length > 0) reply.header('x-tts-adjusted', adjusted.join(', '));
  const ended = AbortSignal.any([left, draining]);
  try {
    if (stream) return await streamAudio(job, reply, context, { signal: ended, asEvents });
    return await sendResult(await jobs.waitUntilFinal(job.id, ended), request, reply, context);
  } catch (error) {
    if (!draining.aborted || left.aborted) throw error;
    throw new TtsError(
      'draining',
      `ttsd is shutting down; job ${job.id} is kept and goes on when it is back.`,
    );
  }
}
