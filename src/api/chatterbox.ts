// The bodies that clients of Chatterbox-TTS-Server send and expect.
import { type Static, Type } from 'typebox';
import { AUDIO_FORMATS } from './job.ts';

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

/** Body of `POST /tts` and `POST /tts/enqueue`. Fields that are not known are ignored, as that server does. */
export const TtsBody = Type.Object({
  text: Type.String(),
  voice_mode: nullable(Type.Enum(['predefined', 'clone'])),
  predefined_voice_id: nullable(Type.String()),
  /** Not that server's, but what people try: the same. */
  voice: nullable(Type.String()),
  reference_audio_filename: nullable(Type.String()),
  output_format: nullable(Type.Enum([...AUDIO_FORMATS])),
  split_text: nullable(Type.Boolean()),
  chunk_size: nullable(Type.Integer({ minimum: 50, maximum: 1000 })),
  temperature: nullable(Type.Number()),
  exaggeration: nullable(Type.Number()),
  cfg_weight: nullable(Type.Number()),
  // Not that server's: what else the models have.
  top_p: nullable(Type.Number()),
  min_p: nullable(Type.Number()),
  repetition_penalty: nullable(Type.Number()),
  speed_factor: nullable(Type.Number()),
  /** Not that server's: in LUFS. */
  loudness: nullable(Type.Number()),
  seed: nullable(Type.Integer({ minimum: -1, maximum: 2 ** 32 - 1 })),
  language: nullable(Type.String()),
  model: nullable(Type.String()),
  stream: nullable(Type.Boolean()),
});
export type TtsBody = Static<typeof TtsBody>;

/** Query of `GET /tts-stream`: the same fields, as far as an address can carry them. */
export const TtsStreamQuery = Type.Omit(TtsBody, ['stream']);

export const EnqueueReply = Type.Object({
  job_id: Type.String(),
  status: Type.String(),
  message: Type.String(),
  status_url: Type.String(),
  result_url: Type.String(),
});

/** Times are Unix seconds. */
export const StatusReply = Type.Object({
  job_id: Type.String(),
  status: Type.String(),
  progress: Type.Integer(),
  current_chunk: Type.Integer(),
  total_chunks: Type.Integer(),
  created_at: Type.Number(),
  started_at: Type.Optional(Type.Number()),
  elapsed_sec: Type.Optional(Type.Number()),
  completed_at: Type.Optional(Type.Number()),
  duration_sec: Type.Optional(Type.Number()),
  error: Type.Optional(Type.String()),
  output_available: Type.Optional(Type.Boolean()),
  output_format: Type.Optional(Type.String()),
  file_size_bytes: Type.Optional(Type.Integer()),
  audio_duration_sec: Type.Optional(Type.Number()),
  queue_position: Type.Union([Type.Integer(), Type.Null()]),
  eta_sec: Type.Union([Type.Number(), Type.Null()]),
  voice: Type.String(),
  model: Type.String(),
  seed: Type.Integer(),
  warnings: Type.Array(Type.String()),
});
export type StatusReply = Static<typeof StatusReply>;

export const DeleteReply = Type.Object({ message: Type.String(), status: Type.String() });
