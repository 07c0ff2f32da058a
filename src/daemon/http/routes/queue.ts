// The queue routes of Chatterbox-TTS-Server: enqueue, status, result, delete.
import { Type } from 'typebox';
import { DeleteReply, EnqueueReply, StatusReply, TtsBody } from '../../../api/chatterbox.ts';
import { viewStatus } from '../../jobs/view.ts';
import { toJobRequest } from '../chatterbox-request.ts';
import type { App, Context } from '../context.ts';
import { sendResult } from '../send-result.ts';
import { nameSubmitterOf } from '../submitter.ts';

const Params = Type.Object({ id: Type.String() });
const Headers = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
});

export function addQueueRoutes(app: App, context: Context): void {
  const { jobs } = context;

  app.post(
    '/tts/enqueue',
    { schema: { body: TtsBody, headers: Headers, response: { 200: EnqueueReply, 202: EnqueueReply } } },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const wanted = {
        ...(await toJobRequest(request.body, context)),
        ...(key === undefined ? {} : { idempotency_key: key }),
      };
      const [submitted] = await jobs.submit([wanted], {
        class: 'batch',
        quickStart: false,
        nameSubmitter: nameSubmitterOf(request),
      });
      const { job, existing, adjusted } = submitted!;
      if (adjusted.length > 0) reply.header('x-tts-adjusted', adjusted.join(', '));
      return reply.status(existing ? 200 : 202).send({
        job_id: job.id,
        status: job.state,
        message: existing ? 'Job already known by its Idempotency-Key' : 'Job queued for processing',
        status_url: `/tts/${job.id}/status`,
        result_url: `/tts/${job.id}/result`,
      });
    },
  );

  app.get(
    '/tts/:id/status',
    { schema: { params: Params, response: { 200: StatusReply } } },
    async (request) => {
      const job = await jobs.find(request.params.id);
      return viewStatus(job, await jobs.getLive(job), Date.now());
    },
  );

  app.get('/tts/:id/result', { schema: { params: Params } }, async (request, reply) =>
    sendResult(await jobs.find(request.params.id), request, reply, context),
  );

  app.delete('/tts/:id', { schema: { params: Params, response: { 200: DeleteReply } } }, async (request) => {
    const { cancelled, job } = await jobs.cancel(request.params.id);
    return {
      message: cancelled ? `Job ${job.id} cancelled successfully` : `Job ${job.id} is already ${job.state}`,
      status: job.state,
    };
  });
}
