// A voice of the user's own: a shipped voice with a name and defaults of its own, or a clip of somebody speaking.
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { OWN_VOICE_KINDS, VoiceClip, VoiceDefaults } from '../../api/voices.ts';

/** One file of `<data dir>/voices`. */
export const OwnVoice = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9_-]{1,64}$' }),
    name: Type.String({ minLength: 1, maxLength: 100 }),
    kind: Type.Enum([...OWN_VOICE_KINDS]),
    /** The voice that speaks it, or stands in for its clip as long as no model can clone. */
    based_on: Type.String(),
    description: Type.String({ maxLength: 500 }),
    /** The name it was uploaded under, by which clients of Chatterbox-TTS-Server ask for it. */
    file_name: Type.Union([Type.String({ minLength: 1, maxLength: 110 }), Type.Null()]),
    clip: Type.Union([VoiceClip, Type.Null()]),
    defaults: VoiceDefaults,
    /** Of the clip, in the words of whoever uploaded it. Absent where nobody said. */
    licence: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    /** When it was said that the speaker agrees to be cloned. Absent where nobody did. */
    consent_at: Type.Optional(Type.String()),
    created_at: Type.String(),
  },
  { additionalProperties: false },
);
export type OwnVoice = Static<typeof OwnVoice>;

const ownVoice = Compile(OwnVoice);

/** Throws naming what is wrong. */
export function parseOwnVoice(json: unknown): OwnVoice {
  if (ownVoice.Check(json)) return json;
  const problems = ownVoice
    .Errors(json)
    .map(({ instancePath, message }) => `${instancePath || 'it'} ${message}`);
  throw new Error(problems.join(', '));
}
