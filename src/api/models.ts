// Models as /v1/models shows them, and how a pull tells how far it is.
import { type Static, Type } from 'typebox';
import { ERRORS } from './errors.ts';

/** `available`: can be pulled. `pulling`: is on its way. `installed`: can speak. */
export const MODEL_STATES = ['available', 'pulling', 'installed'] as const;

/** What this daemon tells of a model beside what OpenAI's clients ask for. */
const fields = {
  name: Type.String(),
  /** One sentence; may be empty. */
  about: Type.String(),
  state: Type.Enum([...MODEL_STATES]),
  /** False: this version has no engine for it, so that it cannot be pulled either. */
  runnable: Type.Boolean(),
  /** Ships with ttsd; cannot be removed. */
  built_in: Type.Boolean(),
  engine: Type.String(),
  revision: Type.String(),
  /** SPDX expression; `NOASSERTION` where its makers do not say. */
  licence: Type.String(),
  /** A page on where it comes from; may be empty. */
  source: Type.String(),
  languages: Type.Array(Type.String()),
  /** It speaks with the voice of a clip. */
  clones: Type.Boolean(),
  /** What it makes besides speech where the text says so, with their brackets, such as `[laugh]`. */
  tags: Type.Array(Type.String()),
  /** What a job for it may set. */
  parameters: Type.Array(Type.String()),
  sample_rate: Type.Integer(),
  /** Where it runs; null where only loading it tells. */
  device: Type.Union([Type.String(), Type.Null()]),
  /** Why it does not run where it was wished. */
  device_note: Type.Optional(Type.String()),
  /** How many voices it has. */
  voices: Type.Integer(),
  /** Of all its files. */
  bytes: Type.Integer(),
  /** In memory at work, and seconds of speech made in a second on two cores; null where it was not measured. */
  memory_bytes: Type.Union([Type.Integer(), Type.Null()]),
  times_real_time: Type.Union([Type.Number(), Type.Null()]),
  /** The same on this machine, when it was pulled or added. */
  times_real_time_here: Type.Union([Type.Number(), Type.Null()]),
  /** Its files were fetched and hashed by the makers of ttsd, not only taken from what others published. */
  verified: Type.Boolean(),
};

export const Model = Type.Object({ id: Type.String(), ...fields });
export type Model = Static<typeof Model>;

/** Of one model alone. */
const details = {
  speakers: Type.Array(
    Type.Object({ id: Type.String(), name: Type.String(), language: Type.String(), gender: Type.String() }),
  ),
  files: Type.Array(
    Type.Object({
      path: Type.String(),
      bytes: Type.Integer(),
      /** Null where nobody has published it. */
      sha256: Type.Union([Type.String(), Type.Null()]),
      urls: Type.Array(Type.String()),
    }),
  ),
};
export const ModelDetails = Type.Object({ id: Type.String(), ...fields, ...details });
export type ModelDetails = Static<typeof ModelDetails>;

/** For the answers that OpenAI's clients read: their fields come first, and names that only mean the default model have no others. */
export const MODEL_FIELDS = Type.Partial(Type.Object(fields)).properties;
export const MODEL_DETAILS = Type.Partial(Type.Object(details)).properties;

/** `GET /v1/models?all=true`: also those that are not here but could be pulled. */
export const ModelsQuery = Type.Object(
  { all: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);

export const PullProgress = Type.Object({
  id: Type.String(),
  phase: Type.Enum(['waiting', 'downloading', 'verifying', 'installing', 'preparing']),
  bytes_done: Type.Integer(),
  bytes_total: Type.Integer(),
  /** Over the last seconds; null before that. */
  bytes_per_sec: Type.Union([Type.Integer(), Type.Null()]),
});
export type PullProgress = Static<typeof PullProgress>;

export const PullFailure = Type.Object({
  code: Type.Enum(Object.keys(ERRORS)),
  message: Type.String(),
  retryable: Type.Boolean(),
});
export type PullFailure = Static<typeof PullFailure>;

/** `POST /v1/models`: the body is a zip or tar file with the model's files. */
export const AddModelQuery = Type.Object(
  {
    /** Else it follows from what is in the file. */
    id: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' })),
  },
  { additionalProperties: false },
);
export type AddModelQuery = Static<typeof AddModelQuery>;
