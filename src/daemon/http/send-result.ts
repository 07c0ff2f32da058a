// Sends a finished job's audio: whole, or the part that a resumed download asks for; or says why there is none.

import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parse as parseRange } from 'range-parser';
import { TtsError } from '../../api/errors.ts';
import { CONTENT_TYPES } from '../../api/job.ts';
import type { CompletedJob, Job } from '../jobs/job.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Context } from './context.ts';

export async function sendResult(
  job: Job,
  request: FastifyRequest,
  reply: FastifyReply,
  { jobs, results, store }: Pick<Context, 'jobs' | 'results' | 'store'>,
): Promise<FastifyReply> {
  const completed = getCompleted(job);
  const { result, finishedAt } = completed;
  const etag = `"${result.sha256}"`;
  if (request.headers['if-none-match'] === etag) return reply.header('etag', etag).status(304).send();
  const range = getRange(request, etag, result.bytes);
  if (range === 'unsatisfiable') {
    return reply.header('content-range', `bytes */${result.bytes}`).status(416).send();
  }
  const { start, end } = range ?? { start: 0, end: result.bytes - 1 };
  const audio = await results.open(result.file, { start, end }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return explainMissing(completed, jobs);
  });
  reply.headers({
    'content-type': CONTENT_TYPES[result.format],
    'content-disposition': `attachment; filename="tts_job_${job.id}_${Math.floor(finishedAt / 1000)}.${result.format}"`,
    'accept-ranges': 'bytes',
    'content-length': end - start + 1,
    etag,
  });
  if (range !== undefined) reply.status(206).header('content-range', `bytes ${start}-${end}/${result.bytes}`);
  if (request.method === 'HEAD') {
    audio.destroy();
    // Fastify would write a length of 0 beside no body at all.
    return reply.send(Readable.from([]));
  }
  reply.raw.once('finish', () => {
    if (end < result.bytes - 1) return;
    store.markFetched(job.id, Date.now()).catch((error: unknown) => {
      request.log.warn({ err: error }, 'could not note the download');
    });
  });
  return reply.send(audio);
}

/** A file of the result is gone: the job is made again, which costs little while its chunks are there. */
export async function explainMissing(job: CompletedJob, jobs: Jobs): Promise<never> {
  await jobs.remake(job);
  throw new TtsError(
    'job_not_ready',
    `A result file of job ${job.id} is gone; it is made again. Ask again when its status is completed.`,
  );
}

/** Throws what says why there is no result. */
export function getCompleted(job: Job): CompletedJob {
  switch (job.state) {
    case 'completed':
      if (job.expiredAt === null) return job;
      throw new TtsError(
        'result_expired',
        `The result of job ${job.id} was removed by retention (job_queue.job_ttl_hours). Submit it again.`,
      );
    case 'cancelled':
      throw new TtsError('job_cancelled', `Job ${job.id} was cancelled; it has no result.`);
    case 'failed':
      throw new TtsError('job_failed', `Job ${job.id} failed: ${job.error.message}`);
    case 'queued':
    case 'running':
      throw new TtsError(
        'job_not_ready',
        `Job ${job.id} is ${job.state}; ask again when its status is completed.`,
      );
  }
}

/** Undefined: the whole file. A range is only good for the very file that the client has a part of. */
function getRange(
  request: FastifyRequest,
  etag: string,
  bytes: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const { range } = request.headers;
  const ifRange = request.headers['if-range'];
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) return undefined;
  const { code, type, ranges } = parseRange(bytes, range);
  if (type !== 'bytes' || ranges.length > 1 || code === 1) return undefined;
  return ranges[0] ?? 'unsatisfiable';
}
