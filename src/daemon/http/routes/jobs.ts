// Jobs under /v1: submit one or many, look, follow, cancel, try again, forget.
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { CAPTION_FORMATS, CaptionsQuery, CaptionsReply } from '../../../api/captions.ts';
import { invalidField } from '../../../api/errors.ts';
import { JobRequest, JobView } from '../../../api/job.ts';
import {
  CancelBody,
  CancelReply,
  EditBody,
  ListQuery as ListParams,
  ListReply,
  RedoBody,
  StreamQuery,
  SubmitBody,
  SubmitReply,
} from '../../../api/v1.ts';
import type { Job } from '../../jobs/job.ts';
import type { ListQuery } from '../../jobs/store.ts';
import { onClientLeft } from '../client-left.ts';
import type { App, Context } from '../context.ts';
import { readLastEventId } from '../events.ts';
import { followJob } from '../follow-job.ts';
import { sendCaptions } from '../send-captions.ts';
import { getStreamEtag, streamAudio } from '../stream-audio.ts';
import { readStreamRange } from '../stream-range.ts';
import { nameSubmitterOf } from '../submitter.ts';
import { parse } from '../validate.ts';

const Params = Type.Object({ id: Type.String() });
const PAGE = 50;
const BULK_LIMIT_BYTES = 256 * 1024 * 1024;

const oneJob = Compile(JobRequest);
const manyJobs = Compile(SubmitBody.anyOf[1]);

export function addJobRoutes(app: App, context: Context): void {
  const { jobs } = context;

  app.post(
    '/v1/jobs',
    {
      schema: { body: SubmitBody, response: { 200: SubmitReply, 201: SubmitReply } },
      bodyLimit: BULK_LIMIT_BYTES,
      // Checked below: of a union, only the errors of the form that was meant help.
      validatorCompiler: () => () => true,
    },
    async (request, reply) => {
      const submitted = await jobs.submit(parseSubmit(request.body), {
        class: 'batch',
        nameSubmitter: nameSubmitterOf(request),
      });
      const body: SubmitReply = {
        jobs: submitted.map(({ job, existing }) => ({ existing, job: jobs.viewBriefly(job) })),
      };
      return reply.status(body.jobs.every(({ existing }) => existing) ? 200 : 201).send(body);
    },
  );

  app.get(
    '/v1/jobs',
    { schema: { querystring: ListParams, response: { 200: ListReply } } },
    async (request) => {
      const { state, label, since, cursor, q, limit = PAGE } = request.query;
      const beforeSeq = cursor === undefined ? undefined : Number(cursor);
      if (beforeSeq !== undefined && !Number.isSafeInteger(beforeSeq))
        throw invalidField('cursor', 'must come from next_cursor');
      const query = {
        ...(state === undefined ? {} : { states: [state].flat() }),
        ...(label === undefined ? {} : { label }),
        ...(since === undefined ? {} : { since: Date.parse(since) }),
        ...(beforeSeq === undefined ? {} : { beforeSeq }),
      };
      if (q !== undefined) return search(q, { ...query, limit }, context);
      const found = await jobs.list({ ...query, limit: limit + 1 });
      const page = found.slice(0, limit);
      return {
        jobs: page.map(({ view }) => view),
        next_cursor: found.length > limit ? String(page.at(-1)!.seq) : null,
      };
    },
  );

  app.get('/v1/jobs/:id', { schema: { params: Params, response: { 200: JobView } } }, async (request) =>
    jobs.view(await jobs.find(request.params.id)),
  );

  app.patch(
    '/v1/jobs/:id',
    { schema: { params: Params, body: EditBody, response: { 200: JobView } } },
    async (request) => jobs.view(await jobs.edit(request.params.id, request.body)),
  );

  app.post(
    '/v1/jobs/:id/cancel',
    {
      schema: { params: Params, body: Type.Union([CancelBody, Type.Null()]), response: { 200: CancelReply } },
    },
    async (request) => {
      const { cancelled, job } = await jobs.cancel(request.params.id, { now: request.body?.now ?? false });
      return { cancelled, job: await jobs.view(job) };
    },
  );

  app.post(
    '/v1/jobs/:id/retry',
    { schema: { params: Params, response: { 200: JobView } } },
    async (request) => jobs.view(await jobs.retry(request.params.id)),
  );

  app.post(
    '/v1/jobs/:id/redo',
    { schema: { params: Params, body: RedoBody, response: { 201: JobView } } },
    async (request, reply) => {
      const job = await jobs.redo(request.params.id, request.body, nameSubmitterOf(request));
      return reply.status(201).send(jobs.viewBriefly(job));
    },
  );

  app.delete('/v1/jobs/:id', { schema: { params: Params } }, async (request, reply) => {
    await jobs.remove(request.params.id);
    return reply.status(204).send();
  });

  app.get(
    '/v1/jobs/:id/stream',
    { exposeHeadRoute: false, schema: { params: Params, querystring: StreamQuery } },
    async (request, reply) => {
      const found = await jobs.find(request.params.id);
      const { format = found.spec.format, download = false } = request.query;
      jobs.checkFormat(format);
      const job = { ...found, spec: { ...found.spec, format } };
      context.streams.enter('audio', reply);
      const signal = AbortSignal.any([onClientLeft(reply), context.draining]);
      if (download) {
        reply.header('content-disposition', `attachment; filename="tts_job_${job.id}.${format}"`);
        const lengthSamples = await findLength(found, context);
        return streamAudio(job, reply, context, { signal, isShared: true, lengthSamples });
      }
      const etag = getStreamEtag(job, context);
      reply.headers({ etag, 'accept-ranges': 'bytes' });
      const range = readStreamRange(request, etag);
      return streamAudio(job, reply, context, { signal, range, isShared: range === undefined });
    },
  );

  for (const format of CAPTION_FORMATS) {
    app.get(
      `/v1/jobs/:id/captions.${format}`,
      {
        schema: {
          params: Params,
          querystring: CaptionsQuery,
          ...(format === 'json' && { response: { 200: CaptionsReply } }),
        },
      },
      async (request, reply) => {
        const { by = 'sentence' } = request.query;
        return sendCaptions(await jobs.find(request.params.id), { format, by }, reply, context);
      },
    );
  }

  app.get(
    '/v1/jobs/:id/events',
    { exposeHeadRoute: false, schema: { params: Params } },
    async (request, reply) =>
      followJob(await jobs.find(request.params.id), readLastEventId(request), reply, context),
  );
}

async function search(words: string, query: ListQuery, { jobs }: Context): Promise<ListReply> {
  if (words.trim() === '') throw invalidField('q', 'holds only white space; give some words or leave it out');
  const { views, beforeSeq } = await jobs.search({ ...query, words });
  return { jobs: views, next_cursor: beforeSeq === null ? null : String(beforeSeq) };
}

/** Of a finished job, so that its file says how long it is. */
async function findLength(job: Job, { results }: Context): Promise<number | undefined> {
  if (job.state !== 'completed' || job.expiredAt !== null) return undefined;
  return (await results.readWords(job.result.file))?.lengthSamples;
}

function parseSubmit(body: unknown): JobRequest[] {
  const isBulk = typeof body === 'object' && body !== null && 'jobs' in body;
  return isBulk ? parse<{ jobs: JobRequest[] }>(manyJobs, body).jobs : [parse<JobRequest>(oneJob, body)];
}
