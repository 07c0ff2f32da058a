// Sends a job's audio while it is made: the answer begins when the first chunk is there.
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { TtsError } from '../../api/errors.ts';
import { CONTENT_TYPES } from '../../api/job.ts';
import { isEncoded } from '../../engine/audio/encode/open-encoder.ts';
import { stitch } from '../../engine/audio/stitch.ts';
import { createOpenWavHeader } from '../../engine/audio/wav-header.ts';
import { encodeInThread } from '../inference/encode-in-thread.ts';
import { listen } from '../inference/listen.ts';
import type { Job } from '../jobs/job.ts';
import type { Context } from './context.ts';
import { toSpeechEvents } from './speech-events.ts';

/** The signal ends it: the listener left, or the daemon drains. An error before the first sample is thrown, to be answered as one. */
export async function streamAudio(
  { id, spec, textChars }: Job,
  reply: FastifyReply,
  { loop, planner, chunks, changes, jobs, models }: Context,
  { signal, asEvents = false }: { signal: AbortSignal; asEvents?: boolean },
): Promise<FastifyReply> {
  const model = models.get(spec.model);
  if (model === undefined)
    throw new TtsError('model_not_found', `There is no model ${spec.model} here any more.`);
  const { sampleRateHz } = model.info;
  const parts = listen(id, { loop, planner, chunks, changes, find: (wanted) => jobs.find(wanted), signal });
  const pcm = stitch(parts, { sampleRateHz, speed: spec.speed });
  const audio = isEncoded(spec.format) ? encodeInThread(pcm, { format: spec.format, sampleRateHz }) : pcm;
  const first = await audio.next();
  async function* body() {
    if (spec.format === 'wav') yield createOpenWavHeader(sampleRateHz);
    if (!first.done) yield first.value;
    yield* audio;
  }
  reply.header('content-type', asEvents ? 'text/event-stream' : CONTENT_TYPES[spec.format]);
  return reply.send(
    Readable.from(asEvents ? toSpeechEvents(body(), textChars) : body(), { objectMode: false }),
  );
}
