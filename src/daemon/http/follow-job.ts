// A job's changes as server-sent events: its present state at once, then each change, until it is final.
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { isFinal } from '../../api/job.ts';
import { JOB_EVENT } from '../../api/v1.ts';
import type { Job } from '../jobs/job.ts';
import type { Context } from './context.ts';

/** Changes that come closer together than this are told as one. */
const GATHER_MS = 50;
const KEEP_ALIVE_MS = 15_000;

export async function followJob(job: Job, reply: FastifyReply, { jobs, draining }: Context): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
  const left = new AbortController();
  raw.once('close', () => left.abort());
  const ended = AbortSignal.any([left.signal, draining]);
  const keepAlive = setInterval(() => raw.write(': still here\n\n'), KEEP_ALIVE_MS);
  let changed = Promise.withResolvers<void>();
  const off = jobs.onChange(job.id, () => changed.resolve());
  ended.addEventListener('abort', () => changed.resolve(), { once: true });
  try {
    for (let current = job; !ended.aborted; current = await jobs.find(job.id)) {
      raw.write(`event: ${JOB_EVENT}\ndata: ${JSON.stringify(await jobs.view(current))}\n\n`);
      if (isFinal(current.state)) break;
      await changed.promise;
      await delay(GATHER_MS, undefined, { signal: ended }).catch(() => {});
      changed = Promise.withResolvers<void>();
    }
  } finally {
    off();
    clearInterval(keepAlive);
    raw.end();
  }
}
