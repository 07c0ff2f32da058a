// OpenAI's speech routes, and what Open WebUI and Kokoro-FastAPI's clients ask beside them: audio sent as it is made.
import { Type } from 'typebox';
import { ModelsQuery } from '../../../api/models.ts';
import {
  AudioModels,
  AudioVoices,
  OpenAiError,
  OpenAiModelDetails,
  OpenAiModels,
  SpeechBody,
} from '../../../api/openai.ts';
import type { App, Context } from '../context.ts';
import { toSpeechRequest } from '../openai-request.ts';
import { speak } from '../speak.ts';

/** Names that clients send whatever server they speak to; they mean the default model. */
const OPENAI_MODELS = ['tts-1', 'tts-1-hd', 'gpt-4o-mini-tts'];
const MODELS_CREATED = Date.UTC(2026, 9, 20) / 1000;

const errors = Object.fromEntries(
  [400, 403, 404, 410, 413, 415, 429, 500, 503, 507].map((status) => [status, OpenAiError]),
);

export function addOpenAiRoutes(app: App, context: Context): void {
  const { modelShelf, voices } = context;

  app.post(
    '/v1/audio/speech',
    { schema: { body: SpeechBody, response: { 200: Type.Unknown(), ...errors } } },
    (request, reply) => {
      const { stream, stream_format } = request.body;
      const { wanted, warnings } = toSpeechRequest(request.body, context);
      const asEvents = stream_format === 'sse';
      return speak(
        wanted,
        { stream: asEvents || stream !== false, asEvents, warnings },
        request,
        reply,
        context,
      );
    },
  );

  app.get(
    '/v1/models',
    { schema: { querystring: ModelsQuery, response: { 200: OpenAiModels } } },
    async ({ query }) => ({
      object: 'list' as const,
      data: [
        ...(await modelShelf.list()).filter(({ state }) => query.all === true || state === 'installed'),
        ...OPENAI_MODELS.map((id) => ({ id })),
      ].map(describe),
    }),
  );

  app.get(
    '/v1/models/:id',
    {
      schema: {
        params: Type.Object({ id: Type.String() }),
        response: { 200: OpenAiModelDetails, 404: OpenAiError },
      },
    },
    async ({ params: { id } }) => describe(OPENAI_MODELS.includes(id) ? { id } : await modelShelf.find(id)),
  );

  app.get('/v1/audio/models', { schema: { response: { 200: AudioModels } } }, async () => ({
    models: [...context.models.keys(), ...OPENAI_MODELS].map((id) => ({ id })),
  }));

  app.get(
    '/v1/audio/voices',
    {
      schema: {
        querystring: Type.Object({ legacy: Type.Optional(Type.Boolean()) }),
        response: { 200: AudioVoices, 400: OpenAiError },
      },
    },
    async ({ query }) => {
      const listable = voices.list().filter(({ own }) => own?.kind !== 'reference');
      const all = new Map(
        listable.flatMap(({ voice, aliases }) => [
          // An alias that has become a voice of its own is that voice.
          ...aliases.filter((alias) => !alias.endsWith('.wav')).map((alias) => [alias, alias] as const),
          [voice.id, voice.name] as const,
        ]),
      );
      const list = [...all].map(([id, name]) => ({ id, name }));
      return { voices: query.legacy === true ? list.map(({ id }) => id) : list };
    },
  );
}

function describe<M extends { id: string }>(model: M) {
  const { id, ...rest } = model;
  return { id, object: 'model' as const, created: MODELS_CREATED, owned_by: 'ttsd', ...rest };
}
