// Voices as /v1/voices shows and takes them.
import { type Static, Type } from 'typebox';
import { CLAMPED_RANGES } from './clamped-ranges.ts';

const within = ({ min, max }: { min: number; max: number }) =>
  Type.Optional(Type.Number({ minimum: min, maximum: max }));

/** What a job gets that names the voice and not the parameter. */
export const VoiceDefaults = Type.Object(
  {
    speed: within(CLAMPED_RANGES.speed_factor),
    temperature: within(CLAMPED_RANGES.temperature),
    exaggeration: within(CLAMPED_RANGES.exaggeration),
    cfg_weight: within(CLAMPED_RANGES.cfg_weight),
  },
  { additionalProperties: false },
);
export type VoiceDefaults = Static<typeof VoiceDefaults>;

export const VoiceClip = Type.Object(
  {
    /** Of the WAV that is kept. */
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    /** As the user called the file. */
    original_name: Type.String(),
    bytes: Type.Integer(),
    duration_sec: Type.Number(),
    sample_rate: Type.Integer(),
    /** Of the file that was uploaded. Absent in older voices. */
    source_sha256: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
    /** The file was longer: only its beginning was kept. */
    is_cut: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type VoiceClip = Static<typeof VoiceClip>;

/**
 * `built_in`: ships with ttsd. `preset`: a built-in voice with a name and defaults of its own. `clip`: speaks like its clip.
 * `reference`: a clip for `voice_mode: clone`.
 */
export const OWN_VOICE_KINDS = ['preset', 'clip', 'reference'] as const;
export const VOICE_KINDS = ['built_in', ...OWN_VOICE_KINDS] as const;

export const Voice = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.Enum([...VOICE_KINDS]),
  model: Type.String(),
  language: Type.String(),
  gender: Type.String(),
  description: Type.String(),
  aliases: Type.Array(Type.String()),
  /** The built-in voice that speaks it, or stands in for its clip where no model clones; null for a built-in one. */
  based_on: Type.Union([Type.String(), Type.Null()]),
  defaults: VoiceDefaults,
  clip: Type.Union([VoiceClip, Type.Null()]),
  /** The model that speaks with the voice of the clip; null where none can, or without a clip. */
  cloned_by: Type.Union([Type.String(), Type.Null()]),
  /** What is to be said of the clip's length, for people: too short for that model, or longer than what it hears. */
  clip_note: Type.Union([Type.String(), Type.Null()]),
  /** Of the clip, as whoever uploaded it said. */
  licence: Type.Union([Type.String(), Type.Null()]),
  /** When it was said that the speaker agrees to be cloned; null when nobody has. */
  consent_at: Type.Union([Type.String(), Type.Null()]),
  preview_url: Type.String(),
});
export type Voice = Static<typeof Voice>;

export const VoicesReply = Type.Object({ default: Type.String(), voices: Type.Array(Voice) });
export type VoicesReply = Static<typeof VoicesReply>;

/** What is said of a clip. */
const clipWords = {
  licence: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  /** The speaker agrees to be cloned. */
  consent: Type.Optional(Type.Boolean()),
};

const VoiceName = Type.String({ minLength: 1, maxLength: 100 });
const Description = Type.String({ maxLength: 500 });

/** `POST /v1/voices` as JSON. With a clip it is multipart: the same names as fields, and the file under `file`. */
export const NewVoiceBody = Type.Object(
  {
    name: VoiceName,
    description: Type.Optional(Description),
    /** Default: the default voice. */
    based_on: Type.Optional(Type.String()),
    defaults: Type.Optional(VoiceDefaults),
    ...clipWords,
    /**
     * `reference`: only for cloning, not among the voices that clients of other servers list. Its name gets a number where it is
     * taken, and the same file makes no second one. Default: `clip`.
     */
    kind: Type.Optional(Type.Enum(['clip', 'reference'])),
  },
  { additionalProperties: false },
);
export type NewVoiceBody = Static<typeof NewVoiceBody>;

/** `PATCH /v1/voices/<id>`: what is left out stays. The id stays in any case. */
export const ChangeVoiceBody = Type.Partial(Type.Omit(NewVoiceBody, ['kind']), {
  additionalProperties: false,
});
export type ChangeVoiceBody = Static<typeof ChangeVoiceBody>;
