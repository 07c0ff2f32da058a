// A job in its parts: its text, and each chunk with its place in the text and its sound's outline.
import { Type } from 'typebox';
import { TtsError } from '../../../api/errors.ts';
import { ChunksQuery, ChunksReply, type ChunkView, TextReply } from '../../../api/v1.ts';
import { createPauses } from '../../../engine/audio/pause.ts';
import { BYTES_PER_SAMPLE } from '../../../engine/audio/pcm.ts';
import { findPeaks } from '../../../engine/audio/peaks.ts';
import { listChunkSentences } from '../../inference/chunk-sentences.ts';
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
      const text = (await store.getText(job.id)) ?? '';
      const page: ChunkView[] = [];
      for (const [offset, planned] of plan.slice(from, from + limit).entries()) {
        const { key, start, end, boundary, leadMs } = planned;
        const index = from + offset;
        const isDone = active === undefined || active.isChunkDone(index);
        const chunk = isDone ? await chunks.read(key) : undefined;
        const place = { index, start, end, lead_sec: leadMs / 1000 };
        if (chunk === undefined) {
          page.push({ ...place, audio_sec: null, pause_sec: null, peaks: null, sentences: null });
          continue;
        }
        const { pcm, sampleRateHz } = chunk;
        const pace = { sampleRateHz, speed: job.spec.speed };
        const lengthSamples = pcm.length / BYTES_PER_SAMPLE;
        page.push({
          ...place,
          audio_sec: lengthSamples / sampleRateHz,
          pause_sec: createPauses(pace)(lengthSamples, boundary) / sampleRateHz,
          peaks: findPeaks(pcm, sampleRateHz),
          sentences: listChunkSentences(text, planned, { chunk, pace }).map(({ atSec, ...range }) => ({
            ...range,
            at_sec: atSec,
          })),
        });
      }
      return { total_chunks: plan.length, chunks: page };
    },
  );
}
