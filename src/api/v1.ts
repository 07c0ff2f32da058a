// Bodies of the product's own routes under /v1.
import { type Static, Type } from 'typebox';
import { AUDIO_FORMATS, JOB_STATES, JobRequest, JobView } from './job.ts';

/** `POST /v1/jobs`: one job, or many in one transaction (all or none). */
export const SubmitBody = Type.Union([
  JobRequest,
  Type.Object(
    { jobs: Type.Array(JobRequest, { minItems: 1, maxItems: 10_000 }) },
    { additionalProperties: false },
  ),
]);

/** `existing` is true when an idempotency key named a job that was there already. */
const SubmittedJob = Type.Object({ existing: Type.Boolean(), job: JobView });
export type SubmittedJob = Static<typeof SubmittedJob>;
/** In the order sent. */
export const SubmitReply = Type.Object({ jobs: Type.Array(SubmittedJob) });
export type SubmitReply = Static<typeof SubmitReply>;

/** One state, or several: `state=queued&state=running`. */
const StateFilter = Type.Union([
  Type.Enum([...JOB_STATES]),
  Type.Array(Type.Enum([...JOB_STATES]), { minItems: 1, maxItems: JOB_STATES.length }),
]);

export const ListQuery = Type.Object(
  {
    state: Type.Optional(StateFilter),
    label: Type.Optional(Type.String()),
    /** Only jobs created at or after this ISO 8601 time. */
    since: Type.Optional(Type.String({ format: 'date-time' })),
    /** Words that the text or the label holds, or the beginning of an id, from four characters on. */
    q: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    cursor: Type.Optional(Type.String({ maxLength: 40 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  },
  { additionalProperties: false },
);
export type ListQuery = Static<typeof ListQuery>;

/** Newest first; `next_cursor` is null on the last page. With `q` a page may hold fewer jobs than its limit, or none, before that. */
export const ListReply = Type.Object({
  jobs: Type.Array(JobView),
  next_cursor: Type.Union([Type.String(), Type.Null()]),
});
export type ListReply = Static<typeof ListReply>;

/** `PATCH /v1/jobs/<id>`: what is left out stays. `not_before` only while it is queued; null: at once. */
export const EditBody = Type.Object(
  {
    priority: Type.Optional(Type.Integer({ minimum: -100, maximum: 100 })),
    label: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Null()])),
    not_before: Type.Optional(Type.Union([Type.String({ format: 'date-time' }), Type.Null()])),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type EditBody = Static<typeof EditBody>;

/** `POST /v1/jobs/<id>/cancel`. */
export const CancelBody = Type.Object(
  { now: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);
/** `cancelled` is false when the job had already ended some other way; `job` says how. */
export const CancelReply = Type.Object({ cancelled: Type.Boolean(), job: JobView });
export type CancelReply = Static<typeof CancelReply>;

export const VersionReply = Type.Object({
  version: Type.String(),
  api: Type.Object({ min: Type.Integer(), max: Type.Integer() }),
  boot_id: Type.String(),
  pid: Type.Integer(),
});
export type VersionReply = Static<typeof VersionReply>;

/** `GET /v1/queue`. */
export const QueueReply = Type.Object({
  queued: Type.Object({ interactive: Type.Integer(), batch: Type.Integer() }),
  running: Type.Integer(),
  queued_chars: Type.Integer(),
  /** When the queue was paused; null while it goes on. */
  paused_since: Type.Union([Type.String(), Type.Null()]),
  /** ttsd was upgraded or built again since it started: it is to be restarted. */
  program_replaced: Type.Boolean(),
  /** Measured characters per second of each loaded model; null before the first chunk. */
  models: Type.Array(
    Type.Object({
      id: Type.String(),
      state: Type.Enum(['unloaded', 'loading', 'ready', 'backing_off']),
      chars_per_sec: Type.Union([Type.Number(), Type.Null()]),
      rss_bytes: Type.Union([Type.Integer(), Type.Null()]),
    }),
  ),
});
export type QueueReply = Static<typeof QueueReply>;

/** `GET /v1/overview`: how many that wait (20 by default), and that have ended (5), are wanted at most. */
export const OverviewQuery = Type.Object(
  {
    queued: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
    ended: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
  },
  { additionalProperties: false },
);
export type OverviewQuery = Static<typeof OverviewQuery>;
export const OverviewReply = Type.Object({
  queue: QueueReply,
  /** All of them, who is waited for first. */
  running: Type.Array(JobView),
  /** In the order in which they will be taken up; those with a time of their own last. */
  queued: Type.Array(JobView),
  /** What ended last first. */
  ended: Type.Array(JobView),
});
export type OverviewReply = Static<typeof OverviewReply>;

/** `GET /v1/events`: from the change `after` on (0: everything there is), else from now on. `Last-Event-ID` goes before it. */
export const EventsQuery = Type.Object(
  {
    after: Type.Optional(Type.Integer({ minimum: 0 })),
    state: Type.Optional(StateFilter),
    label: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

/** `GET /v1/jobs/<id>/chunks`: the parts of a job's text and how they sound, for whoever shows or plays them one by one. */
export const ChunksQuery = Type.Object(
  {
    /** Number of the first chunk wanted, from 0. */
    from: Type.Optional(Type.Integer({ minimum: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  { additionalProperties: false },
);
export const ChunkView = Type.Object({
  index: Type.Integer(),
  /** UTF-16 offsets into the job's text. */
  start: Type.Integer(),
  end: Type.Integer(),
  /** Silence before it. */
  lead_sec: Type.Number(),
  /** The rest is null until the chunk is made. */
  audio_sec: Type.Union([Type.Number(), Type.Null()]),
  /** Silence after it. */
  pause_sec: Type.Union([Type.Number(), Type.Null()]),
  /** Loudest sample of each twentieth of a second, 0 to 127. */
  peaks: Type.Union([Type.Array(Type.Integer()), Type.Null()]),
  /** Offsets into the text, and when in the chunk's own sound each begins. Empty when the text is gone. */
  sentences: Type.Union([
    Type.Array(Type.Object({ start: Type.Integer(), end: Type.Integer(), at_sec: Type.Number() })),
    Type.Null(),
  ]),
});
export type ChunkView = Static<typeof ChunkView>;
export const ChunksReply = Type.Object({
  /** 0 until the job was first taken up. */
  total_chunks: Type.Integer(),
  chunks: Type.Array(ChunkView),
});
export type ChunksReply = Static<typeof ChunksReply>;

/** `GET /v1/jobs/<id>/stream`. */
export const StreamQuery = Type.Object(
  {
    /** Another than the job's own: encoded on the way. */
    format: Type.Optional(Type.Enum([...AUDIO_FORMATS])),
    /** To be saved as a file rather than played. */
    download: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

/** Where the page is, for the cookie to be sent to nothing else on that host. */
const CookiePath = Type.String({ pattern: '^/[A-Za-z0-9._~/%-]*$', maxLength: 200 });

/** `POST /v1/session`: a cookie in place of the key, for browsers. `path`: where the page is behind a proxy. */
export const SessionBody = Type.Object(
  { key: Type.String({ minLength: 1, maxLength: 500 }), path: Type.Optional(CookiePath) },
  { additionalProperties: false },
);
export const SessionQuery = Type.Object({ path: Type.Optional(CookiePath) }, { additionalProperties: false });
export const SessionReply = Type.Object({ key_id: Type.String() });

/** `POST /v1/jobs/<id>/redo`: the same job again, but for one chunk. What is left out stays; without a seed one is drawn. */
export const RedoBody = Type.Object(
  {
    /** Its number, from 0. */
    chunk: Type.Integer({ minimum: 0 }),
    seed: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 })),
    voice: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
export type RedoBody = Static<typeof RedoBody>;

/** A key of config.yaml as `GET /v1/settings` shows it. */
export const SettingView = Type.Object({
  /** As in `generation_defaults.seed`. */
  name: Type.String(),
  kind: Type.Enum(['text', 'number', 'integer', 'switch', 'choice']),
  value: Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
  default: Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
  minimum: Type.Union([Type.Number(), Type.Null()]),
  maximum: Type.Union([Type.Number(), Type.Null()]),
  /** It must be greater than this. */
  above: Type.Union([Type.Number(), Type.Null()]),
  choices: Type.Array(Type.String()),
  /** It counts from the next start on. */
  needs_restart: Type.Boolean(),
  /** The environment or a flag goes before the file. */
  is_overridden: Type.Boolean(),
});
export type SettingView = Static<typeof SettingView>;
/** Those that may be changed with `POST /save_settings`. */
export const SettingsView = Type.Object({
  settings: Type.Array(SettingView),
  restart_needed: Type.Boolean(),
});
export type SettingsView = Static<typeof SettingsView>;

/** `GET /v1/jobs/<id>/text`. */
export const TextReply = Type.Object({ text: Type.String() });
export type TextReply = Static<typeof TextReply>;
