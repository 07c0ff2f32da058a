// The bodies of OpenAI's speech API. Fields that are not known are ignored, since clients send their own.
import { type Static, Type } from 'typebox';
import { AUDIO_FORMATS } from './job.ts';

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
  seed: optional(Type.Integer({ minimum: -1, maximum: 2 ** 32 - 1 })),
});
export type SpeechBody = Static<typeof SpeechBody>;

export const OpenAiModel = Type.Object({
  id: Type.String(),
  object: Type.Literal('model'),
  /** Unix seconds. */
  created: Type.Integer(),
  owned_by: Type.String(),
});

export const OpenAiModels = Type.Object({ object: Type.Literal('list'), data: Type.Array(OpenAiModel) });

export const OpenAiError = Type.Object({
  error: Type.Object({
    message: Type.String(),
    type: Type.String(),
    param: Type.Union([Type.String(), Type.Null()]),
    code: Type.Union([Type.String(), Type.Null()]),
  }),
});
