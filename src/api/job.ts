// A job as every part of the product speaks of it: states, spec, and the JSON that leaves the daemon.
import { type Static, Type } from 'typebox';

export const JOB_STATES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];
export const FINAL_STATES: readonly JobState[] = ['completed', 'failed', 'cancelled'];

export function isFinal(state: JobState): boolean {
  return FINAL_STATES.includes(state);
}

/** `interactive`: someone waits for it. `batch`: nobody does. */
export const JOB_CLASSES = ['interactive', 'batch'] as const;
export type JobClass = (typeof JOB_CLASSES)[number];

/** Every format a client may name; which of them can be made here is the daemon's business. */
export const AUDIO_FORMATS = ['wav', 'pcm', 'mp3', 'opus', 'flac', 'aac'] as const;
export type AudioFormat = (typeof AUDIO_FORMATS)[number];

export const CONTENT_TYPES: Record<AudioFormat, string> = {
  wav: 'audio/wav',
  pcm: 'audio/pcm',
  mp3: 'audio/mpeg',
  opus: 'audio/ogg',
  flac: 'audio/flac',
  aac: 'audio/aac',
};

/** What the user asked for, complete: every default filled in, the seed drawn. The text is kept beside it. */
export const JobSpec = Type.Object({
  voice: Type.String(),
  model: Type.String(),
  language: Type.String(),
  format: Type.Enum([...AUDIO_FORMATS]),
  splitText: Type.Boolean(),
  /** The first chunks are short: somebody listens from the first one on. */
  quickStart: Type.Boolean(),
  /** Target length of a chunk in characters, 50 to 1000. */
  chunkSize: Type.Integer(),
  /** 0.25 to 4. */
  speed: Type.Number(),
  /** 1 to 2^31 - 1. */
  seed: Type.Integer(),
  /** In LUFS. Left out: as loud as the model makes it. */
  loudness: Type.Optional(Type.Number()),
  /** Only the parameters that the model has. */
  params: Type.Record(Type.String(), Type.Number()),
  /**
   * By name as the request or its text has it, who speaks it: a voice may be changed or removed while the job waits. Absent in
   * older jobs.
   */
  speakers: Type.Optional(
    Type.Record(Type.String(), Type.Object({ speaker: Type.String(), language: Type.String() })),
  ),
  /** What the user's lexicon said, when the job was accepted, of the words in its text. */
  pronunciations: Type.Optional(
    Type.Array(
      Type.Object({ word: Type.String(), say: Type.String(), language: Type.Optional(Type.String()) }),
    ),
  ),
  /** By the number of a chunk, what is different about it. */
  redone: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Object({
        seed: Type.Integer(),
        speaker: Type.Optional(Type.Object({ speaker: Type.String(), language: Type.String() })),
      }),
    ),
  ),
});
export type JobSpec = Static<typeof JobSpec>;

/** Body of `POST /v1/jobs`: what is left out gets the configured default. */
export const JobRequest = Type.Object(
  {
    text: Type.String(),
    voice: Type.Optional(Type.String()),
    /** A clip, by file name, id or name: its speaker's voice or none, instead of `voice`. */
    clone: Type.Optional(Type.String()),
    model: Type.Optional(Type.String()),
    language: Type.Optional(Type.String()),
    format: Type.Optional(Type.Enum([...AUDIO_FORMATS])),
    split_text: Type.Optional(Type.Boolean()),
    chunk_size: Type.Optional(Type.Integer({ minimum: 50, maximum: 1000 })),
    speed: Type.Optional(Type.Number()),
    /** In LUFS, -30 to -12: every voice is made as loud. Left out: as loud as its model makes it. */
    loudness: Type.Optional(Type.Number()),
    seed: Type.Optional(Type.Integer({ minimum: -1, maximum: 2 ** 32 - 1 })),
    temperature: Type.Optional(Type.Number()),
    exaggeration: Type.Optional(Type.Number()),
    cfg_weight: Type.Optional(Type.Number()),
    top_p: Type.Optional(Type.Number()),
    min_p: Type.Optional(Type.Number()),
    repetition_penalty: Type.Optional(Type.Number()),
    class: Type.Optional(Type.Enum([...JOB_CLASSES])),
    label: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    priority: Type.Optional(Type.Integer({ minimum: -100, maximum: 100 })),
    not_before: Type.Optional(Type.String({ format: 'date-time' })),
    idempotency_key: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  },
  { additionalProperties: false },
);
export type JobRequest = Static<typeof JobRequest>;

const JobResult = Type.Object({
  format: Type.Enum([...AUDIO_FORMATS]),
  bytes: Type.Integer(),
  sha256: Type.String(),
  audio_sec: Type.Number(),
  url: Type.String(),
});

/** A job as `/v1/jobs` shows it. Times are ISO 8601; what is not true in its state is null. */
export const JobView = Type.Object({
  id: Type.String({ format: 'uuid' }),
  state: Type.Enum([...JOB_STATES]),
  class: Type.Enum([...JOB_CLASSES]),
  priority: Type.Integer(),
  label: Type.Union([Type.String(), Type.Null()]),
  voice: Type.String(),
  model: Type.String(),
  language: Type.String(),
  format: Type.Enum([...AUDIO_FORMATS]),
  speed: Type.Number(),
  seed: Type.Integer(),
  text_chars: Type.Integer(),
  text_preview: Type.String(),
  /** 0 to 100; 100 only when the result is on disk. */
  progress: Type.Integer({ minimum: 0, maximum: 100 }),
  /** Seconds of sound made so far, while it runs; null otherwise. */
  rendered_sec: Type.Union([Type.Number(), Type.Null()]),
  /** 1-based number of the chunk in hand; 0 before the first. */
  current_chunk: Type.Integer(),
  /** 0 until the job was first taken up. */
  total_chunks: Type.Integer(),
  created_at: Type.String(),
  not_before: Type.Union([Type.String(), Type.Null()]),
  started_at: Type.Union([Type.String(), Type.Null()]),
  finished_at: Type.Union([Type.String(), Type.Null()]),
  elapsed_sec: Type.Union([Type.Number(), Type.Null()]),
  /** 1 is the next to be taken up; null once taken up, and in answers about many jobs or a new one. */
  queue_position: Type.Union([Type.Integer(), Type.Null()]),
  /** Seconds until the result is there, with what goes before it. Null where nothing was measured yet or nothing is left to do, and while the queue is paused. */
  eta_sec: Type.Union([Type.Number(), Type.Null()]),
  warnings: Type.Array(Type.String()),
  error: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
  result: Type.Union([JobResult, Type.Null()]),
});
export type JobView = Static<typeof JobView>;
