// OpenAI's speech routes: audio sent as it is made, errors in OpenAI's own words.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { TtsError } from '../../../api/errors.ts';
import type { JobRequest } from '../../../api/job.ts';
import { OpenAiError, OpenAiModel, OpenAiModels, SpeechBody } from '../../../api/openai.ts';
import type { App, Context } from '../context.ts';
import { toKnownError } from '../errors.ts';
import { speak } from '../speak.ts';

/** Names that clients send whatever server they speak to; they mean the default model. */
const OPENAI_MODELS = ['tts-1', 'tts-1-hd', 'gpt-4o-mini-tts'];
const MODELS_CREATED = Date.UTC(2026, 9, 20) / 1000;

const errors = { 400: OpenAiError, 404: OpenAiError, 500: OpenAiError, 503: OpenAiError };

export function addOpenAiRoutes(app: App, context: Context): void {
  const { models, voices } = context;
  const errorHandler = sendOpenAiError;

  app.post(
    '/v1/audio/speech',
    { schema: { body: SpeechBody, response: { 200: Type.Unknown(), ...errors } }, errorHandler },
    (request, reply) => {
      const { stream_format } = request.body;
      return speak(
        toJobRequest(request.body),
        { stream: true, asEvents: stream_format === 'sse' },
        request,
        reply,
        context,
      );
    },
  );

  app.get('/v1/models', { schema: { response: { 200: OpenAiModels } }, errorHandler }, async () => ({
    object: 'list' as const,
    data: [...models.keys(), ...OPENAI_MODELS].map(describeModel),
  }));

  app.get(
    '/v1/models/:id',
    {
      schema: { params: Type.Object({ id: Type.String() }), response: { 200: OpenAiModel, ...errors } },
      errorHandler,
    },
    async ({ params: { id } }) => {
      if (models.has(id) || OPENAI_MODELS.includes(id)) return describeModel(id);
      throw new TtsError(
        'model_not_found',
        `There is no model ${JSON.stringify(id.slice(0, 100))}. Known: ${[...models.keys()].join(', ')}.`,
      );
    },
  );

  app.get('/v1/audio/models', async () => ({
    models: [...models.keys(), ...OPENAI_MODELS].map((id) => ({ id })),
  }));

  app.get(
    '/v1/audio/voices',
    { schema: { querystring: Type.Object({ legacy: Type.Optional(Type.Boolean()) }) } },
    async ({ query }) => {
      const all = voices
        .list()
        .filter(({ own }) => own?.kind !== 'reference')
        .flatMap(({ voice, aliases }) => [
          { id: voice.id, name: voice.name },
          ...aliases.filter((alias) => !alias.endsWith('.wav')).map((alias) => ({ id: alias, name: alias })),
        ]);
      return { voices: query.legacy === true ? all.map(({ id }) => id) : all };
    },
  );

  function toJobRequest({ model, input, voice, response_format, speed, seed }: SpeechBody): JobRequest {
    const name = typeof voice === 'string' ? voice : voice?.id;
    return {
      text: input,
      format: response_format ?? 'mp3',
      ...(name ? { voice: name } : {}),
      ...(model && models.has(model) ? { model } : {}),
      ...(typeof speed === 'number' ? { speed } : {}),
      ...(typeof seed === 'number' ? { seed } : {}),
    };
  }
}

function describeModel(id: string) {
  return { id, object: 'model' as const, created: MODELS_CREATED, owned_by: 'ttsd' };
}

/** Our `text` is their `input`; what is wrong with a request is a 400 there. */
function sendOpenAiError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const known = toKnownError(error, request);
  const status = known.http === 422 ? 400 : known.http;
  const field = known.fields[0]?.loc.slice(1).join('.');
  void reply.status(status).send({
    error: {
      message: known.message.replace(/^text\b/, 'input'),
      type: status < 500 ? 'invalid_request_error' : 'server_error',
      param: field === 'text' ? 'input' : (field ?? null),
      code: known.code,
    },
  });
}
