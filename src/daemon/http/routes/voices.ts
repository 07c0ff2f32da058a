// Voices under /v1: look, hear, add, change, remove.
import { rename, unlink } from 'node:fs/promises';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { invalidField, TtsError } from '../../../api/errors.ts';
import { AUDIO_FORMATS } from '../../../api/job.ts';
import { ChangeVoiceBody, NewVoiceBody, Voice, VoicesReply } from '../../../api/voices.ts';
import { BadAudio } from '../../../engine/audio/decode/decoded-audio.ts';
import { submitPreview } from '../../voices/preview.ts';
import { onClientLeft } from '../client-left.ts';
import type { App, Context } from '../context.ts';
import { acceptForms, receiveParts } from '../receive-files.ts';
import { sendResult } from '../send-result.ts';
import { parse } from '../validate.ts';

const Params = Type.Object({ id: Type.String() });
const PreviewQuery = Type.Object(
  { format: Type.Optional(Type.Enum([...AUDIO_FORMATS])) },
  { additionalProperties: false },
);
const FILE_FIELD = 'file';
const newVoice = Compile(NewVoiceBody);

export function addVoiceRoutes(app: App, context: Context): void {
  const { voices, voiceLibrary, ownVoices, jobs, draining } = context;

  app.get('/v1/voices', { schema: { response: { 200: VoicesReply } } }, async () => ({
    default: voices.resolve(context.config.tts_engine.default_voice_id || voices.defaultVoice.id).voice.id,
    voices: voiceLibrary.list(),
  }));

  app.get('/v1/voices/:id', { schema: { params: Params, response: { 200: Voice } } }, async ({ params }) =>
    voiceLibrary.find(params.id),
  );

  app.patch(
    '/v1/voices/:id',
    { schema: { params: Params, body: ChangeVoiceBody, response: { 200: Voice } } },
    async ({ params, body }) => voiceLibrary.change(params.id, body),
  );

  app.delete('/v1/voices/:id', { schema: { params: Params } }, async ({ params }, reply) => {
    await voiceLibrary.remove(params.id);
    return reply.status(204).send();
  });

  app.get(
    '/v1/voices/:id/preview',
    { config: { startsWork: true }, schema: { params: Params, querystring: PreviewQuery } },
    async (request, reply) => {
      const { id } = voiceLibrary.find(request.params.id);
      const job = await submitPreview(id, request.query.format ?? 'wav', context);
      const signal = AbortSignal.any([onClientLeft(reply), draining]);
      reply.headers({ 'x-job-id': job.id, 'cache-control': 'no-cache' });
      return sendResult(await jobs.waitUntilFinal(job.id, signal), request, reply, context);
    },
  );

  app.register(async (scope) => {
    await acceptForms(scope as never);

    scope.post('/v1/voices', { schema: { response: { 201: Voice } } }, async (request, reply) => {
      const made = request.isMultipart()
        ? await createFromForm(receiveParts(request, () => ownVoices.makeTempPath()))
        : await voiceLibrary.create(parse<NewVoiceBody>(newVoice, request.body));
      return reply
        .status(201)
        .header('location', `/v1/voices/${made.id}`)
        .send(made as never);
    });
  });

  /** Fields and file may come in any order: the voice is made when all is there. */
  async function createFromForm(parts: ReturnType<typeof receiveParts>): Promise<Voice> {
    const fields: Record<string, unknown> = {};
    const kept = await ownVoices.makeTempPath();
    let clipName: string | undefined;
    try {
      for await (const part of parts) {
        if ('value' in part)
          fields[part.field] = isJson(part.field) ? readJson(part.field, part.value) : part.value;
        else if (part.field !== FILE_FIELD)
          throw invalidField(part.field, `is no field of a voice; the clip is called ${FILE_FIELD}`);
        else if ('problem' in part) throw new TtsError('clip_unusable', `The clip ${part.problem}.`);
        else if (clipName !== undefined) throw invalidField(FILE_FIELD, 'came twice; a voice has one clip');
        else {
          clipName = part.file.name;
          await rename(part.file.path, kept);
        }
      }
      if (clipName === undefined)
        throw invalidField(FILE_FIELD, 'is missing; without a clip, send the rest as JSON');
      const body = parse<NewVoiceBody>(newVoice, { name: nameAfter(clipName), ...fields });
      return await voiceLibrary.create(body, { path: kept, name: clipName }).catch(explainBadClip);
    } finally {
      await unlink(kept).catch(() => {});
    }
  }
}

function nameAfter(fileName: string): string {
  return fileName.replace(/\.[A-Za-z0-9]{1,8}$/, '').slice(0, 100) || 'voice';
}

const JSON_EXAMPLES: Readonly<Record<string, string>> = { defaults: '{"speed": 0.9}', consent: 'true' };

function isJson(field: string): boolean {
  return Object.hasOwn(JSON_EXAMPLES, field);
}

function readJson(field: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidField(field, `is not JSON, such as ${JSON_EXAMPLES[field]}`);
  }
}

function explainBadClip(error: unknown): never {
  if (error instanceof BadAudio)
    throw new TtsError('clip_unusable', `The clip ${error.message}.`, { cause: error });
  throw error;
}
