// The user's pronunciation lexicon under /v1/lexicon: how single words are said.
import { type Static, Type } from 'typebox';

export const LONGEST_WORD = 100;
export const LONGEST_SAY = 200;

/** `PUT /v1/lexicon/<word>`. */
export const LexiconBody = Type.Object(
  {
    /** Phonemes between slashes (`/kˈOkəɹO/`), or other words (`engine x`). */
    say: Type.String({ minLength: 1, maxLength: LONGEST_SAY }),
    /** BCP 47: only for voices of this language. */
    language: Type.Optional(Type.String({ minLength: 2, maxLength: 35 })),
  },
  { additionalProperties: false },
);
export type LexiconBody = Static<typeof LexiconBody>;

export const LexiconWord = Type.Object({
  word: Type.String(),
  say: Type.String(),
  language: Type.Union([Type.String(), Type.Null()]),
});
export type LexiconWord = Static<typeof LexiconWord>;

/** `GET /v1/lexicon`: in the order of the file. */
export const LexiconReply = Type.Object({
  /** Where it is kept. */
  file: Type.String(),
  entries: Type.Array(LexiconWord),
  /** What in the file is not understood, and therefore not used. */
  problems: Type.Array(Type.String()),
});
export type LexiconReply = Static<typeof LexiconReply>;
