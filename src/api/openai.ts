// The bodies of OpenAI's speech API. Fields that are not known are ignored, since clients send their own.
import { type Static, Type } from 'typebox';
import { AUDIO_FORMATS } from './job.ts';
import { MODEL_DETAILS, MODEL_FIELDS } from './models.ts';

const optional = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

/** Body of `POST /v1/audio/speech`. */
export const SpeechBody = Type.Object({
  model: optional(Type.String()),
  input: Type.String(),
  voice: optional(Type.Union([Type.String(), Type.Object({ id: Type.String() })])),
  instructions: optional(Type.String()),
  response_format: optional(Type.Enum([...AUDIO_FORMATS])),
  speed: optional(Type.Number()),
  /** `audio`: the bytes as they are made; `sse`: events that carry them in base64. */
  stream_format: optional(Type.Enum(['audio', 'sse'])),
  /** Our own: in LUFS. */
  loudness: optional(Type.Number()),
  seed: optional(Type.Integer({ minimum: -1, maximum: 2 ** 32 - 1 })),
  /** Kokoro-FastAPI's: `false` gives the whole file when it is finished. */
  stream: optional(Type.Boolean()),
  /** Kokoro-FastAPI's: one of its letters, or the tag of a language. */
  lang_code: optional(Type.String()),
  // Kokoro-FastAPI's too, which its clients send and which change nothing here but the job's warnings.
  volume_multiplier: optional(Type.Number()),
  return_download_link: optional(Type.Boolean()),
  normalization_options: optional(Type.Object({ normalize: Type.Optional(Type.Boolean()) })),
});
export type SpeechBody = Static<typeof SpeechBody>;

export const OpenAiModel = Type.Object({
  id: Type.String(),
  object: Type.Literal('model'),
  /** Unix seconds. */
  created: Type.Integer(),
  owned_by: Type.String(),
  /** The rest is this daemon's own, and left out for names that only mean its default model. */
  ...MODEL_FIELDS,
});

export const OpenAiModelDetails = Type.Object({ ...OpenAiModel.properties, ...MODEL_DETAILS });

export const OpenAiModels = Type.Object({ object: Type.Literal('list'), data: Type.Array(OpenAiModel) });
export type OpenAiModels = Static<typeof OpenAiModels>;

export const AudioModels = Type.Object({ models: Type.Array(Type.Object({ id: Type.String() })) });

/** With `?legacy=true` names alone. */
export const AudioVoices = Type.Object({
  voices: Type.Union([
    Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
    Type.Array(Type.String()),
  ]),
});

export const OpenAiError = Type.Object({
  error: Type.Object({
    message: Type.String(),
    type: Type.String(),
    param: Type.Union([Type.String(), Type.Null()]),
    code: Type.Union([Type.String(), Type.Null()]),
  }),
});
