// POST /tts, the synchronous form: a job like any other that the client waits for; the client leaving cancels it.
import { TtsBody } from '../../../api/chatterbox.ts';
import { TtsError } from '../../../api/errors.ts';
import { toJobRequest } from '../chatterbox-request.ts';
import type { App, Context } from '../context.ts';
import { sendResult } from '../send-result.ts';

export function addTtsRoutes(app: App, context: Context): void {
  const { jobs } = context;

  app.post('/tts', { schema: { body: TtsBody } }, async (request, reply) => {
    const [submitted] = await jobs.submit([toJobRequest(request.body)], { class: 'interactive', quickStart: false });
    const { job, adjusted } = submitted!;
    const left = new AbortController();
    reply.raw.once('close', () => {
      if (!reply.raw.writableEnded) left.abort(new TtsError('job_cancelled', 'The client left.'));
    });
    reply.header('x-job-id', job.id);
    if (adjusted.length > 0) reply.header('x-tts-adjusted', adjusted.join(', '));
    try {
      const done = await jobs.waitUntilFinal(job.id, AbortSignal.any([left.signal, context.draining]));
      return await sendResult(done, request, reply, context);
    } catch (error) {
      if (left.signal.aborted) await jobs.cancel(job.id);
      if (context.draining.aborted && !left.signal.aborted) {
        throw new TtsError(
          'draining',
          `ttsd is shutting down; job ${job.id} is kept and goes on when it is back.`,
        );
      }
      throw error;
    }
  });
}
