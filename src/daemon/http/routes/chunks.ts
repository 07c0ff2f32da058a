// A job in its parts: its text, and each chunk with its place in the text and its sound's outline.
import { Type } from 'typebox';
import { TtsError } from '../../../api/errors.ts';
import { ChunksQuery, ChunksReply, type ChunkView, TextReply } from '../../../api/v1.ts';
import { createPauses } from '../../../engine/audio/pause.ts';
import { BYTES_PER_SAMPLE } from '../../../engine/audio/pcm.ts';
import { findPeaks } from '../../../engine/audio/peaks.ts';
import type { App, Context } from '../context.ts';

const Params = Type.Object({ id: Type.String() });
const PAGE = 100;

export function addChunkRoutes(app: App, { jobs, store, loop, planner, chunks }: Context): void {
  app.get(
    '/v1/jobs/:id/text',
    { schema: { params: Params, response: { 200: TextReply } } },
    async (request) => {
      const job = await jobs.find(request.params.id);
      const text = await store.getText(job.id);
      if (text === undefined) {
        throw new TtsError('result_expired', `The text of job ${job.id} was removed by retention.`);
      }
      return { text };
    },
  );

  app.get(
    '/v1/jobs/:id/chunks',
    { schema: { params: Params, querystring: ChunksQuery, response: { 200: ChunksReply } } },
    async (request): Promise<ChunksReply> => {
      const job = await jobs.find(request.params.id);
      const { from = 0, limit = PAGE } = request.query;
      const active = loop.getActive(job.id);
      if (active === undefined && job.state !== 'completed') return { total_chunks: 0, chunks: [] };
      const plan = active?.plan ?? (await planner.plan(job));
      const page: ChunkView[] = [];
      for (const [offset, { key, start, end, boundary, leadMs }] of plan
        .slice(from, from + limit)
        .entries()) {
        const index = from + offset;
        const isDone = active === undefined || active.isChunkDone(index);
        const chunk = isDone ? await chunks.read(key) : undefined;
        if (chunk === undefined) {
          page.push({
            index,
            start,
            end,
            lead_sec: leadMs / 1000,
            audio_sec: null,
            pause_sec: null,
            peaks: null,
          });
          continue;
        }
        const { pcm, sampleRateHz } = chunk;
        const lengthSamples = pcm.length / BYTES_PER_SAMPLE;
        const pauseAfter = createPauses({ sampleRateHz, speed: job.spec.speed });
        page.push({
          index,
          start,
          end,
          lead_sec: leadMs / 1000,
          audio_sec: lengthSamples / sampleRateHz,
          pause_sec: pauseAfter(lengthSamples, boundary) / sampleRateHz,
          peaks: findPeaks(pcm, sampleRateHz),
        });
      }
      return { total_chunks: plan.length, chunks: page };
    },
  );
}
