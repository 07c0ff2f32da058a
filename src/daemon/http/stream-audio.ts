// Sends a job's audio while it is made: the answer begins when the first sound is there.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { TtsError } from '../../api/errors.ts';
import { CONTENT_TYPES, type JobSpec } from '../../api/job.ts';
import { isEncoded } from '../../engine/audio/encode/open-encoder.ts';
import { stitch } from '../../engine/audio/stitch.ts';
import { createOpenWavHeader, createWavHeader } from '../../engine/audio/wav-header.ts';
import type { ModelInfo } from '../../engine/model/shelf.ts';
import type { EncoderThread } from '../inference/encoder-thread.ts';
import { listen } from '../inference/listen.ts';
import type { Job } from '../jobs/job.ts';
import type { Context } from './context.ts';
import type { OpenStream } from './shared-stream.ts';
import { toSpeechEvents } from './speech-events.ts';
import { formatStreamRange, type StreamRange, takeRange } from './stream-range.ts';

export interface StreamOptions {
  /** Ends it: the listener left, or the daemon drains. */
  signal: AbortSignal;
  /** As events that carry the audio. */
  asEvents?: boolean;
  range?: StreamRange | undefined;
  /** Others may listen to the same from its beginning: then it is made once for all. */
  isShared?: boolean;
  /** Of the whole, where it is known: a WAV then says it. */
  lengthSamples?: number | undefined;
}

/** An error before the first byte that was asked for is thrown, to be answered as one. */
export async function streamAudio(
  { id, spec, textChars }: Job,
  reply: FastifyReply,
  { loop, planner, heardChunks, changes, jobs, models, encoder, sharedStreams }: Context,
  { signal, asEvents = false, range, isShared = false, lengthSamples }: StreamOptions,
): Promise<FastifyReply> {
  const { sampleRateHz } = getModel(spec, models);
  const open: OpenStream = (until) => {
    const find = (wanted: string) => jobs.find(wanted);
    const parts = listen(id, { loop, planner, chunks: heardChunks, changes, find, signal: until });
    const pcm = stitch(parts, { sampleRateHz, speed: spec.speed });
    return encode(pcm, spec, { sampleRateHz, lengthSamples, encoder });
  };
  const bytes = isShared
    ? sharedStreams.read(`${id} ${spec.format} ${lengthSamples ?? ''}`, open, signal)
    : open(signal);
  let lengthBytes: number | undefined;
  const wanted = takeRange(bytes, range ?? { start: 0, end: undefined }, (length) => {
    lengthBytes = length;
  });
  const first = await wanted.next();
  if (range !== undefined && first.done) {
    return reply
      .header('content-range', `bytes */${lengthBytes ?? '*'}`)
      .status(416)
      .send();
  }
  async function* body() {
    if (!first.done) yield first.value;
    yield* wanted;
  }
  if (range !== undefined) reply.status(206).header('content-range', formatStreamRange(range));
  reply.header('content-type', asEvents ? 'text/event-stream' : CONTENT_TYPES[spec.format]);
  return reply.send(
    Readable.from(asEvents ? toSpeechEvents(body(), textChars) : body(), { objectMode: false }),
  );
}

/** Names the bytes of a job's stream, which are the same as long as the same version makes them of the same model. */
export function getStreamEtag({ id, spec }: Job, { models, version }: Context): string {
  const { revision, engineVersion } = getModel(spec, models);
  const parts = JSON.stringify([id, spec.format, revision, engineVersion, version]);
  return `"${createHash('sha256').update(parts).digest('hex').slice(0, 32)}"`;
}

function getModel(spec: JobSpec, models: Context['models']): ModelInfo {
  const model = models.get(spec.model);
  if (model !== undefined) return model.info;
  throw new TtsError('model_not_found', `There is no model ${spec.model} here any more.`);
}

async function* encode(
  pcm: AsyncGenerator<Buffer>,
  { format }: JobSpec,
  {
    sampleRateHz,
    lengthSamples,
    encoder,
  }: { sampleRateHz: number; lengthSamples: number | undefined; encoder: EncoderThread },
): AsyncGenerator<Buffer> {
  if (isEncoded(format, sampleRateHz)) return yield* encoder.encode(pcm, { format, sampleRateHz });
  if (format === 'wav') {
    // Not before there is sound: until then an error can still be answered as one.
    const first = await pcm.next();
    const header =
      lengthSamples === undefined
        ? createOpenWavHeader(sampleRateHz)
        : createWavHeader({ sampleRateHz, lengthSamples });
    yield Buffer.concat([header, first.done ? Buffer.alloc(0) : first.value]);
  }
  yield* pcm;
}
