// What `GET /v1/jobs/<id>/captions.srt`, `.vtt` and `.json` take and answer.
import { type Static, Type } from 'typebox';

export const CAPTION_FORMATS = ['srt', 'vtt', 'json'] as const;
export type CaptionFormat = (typeof CAPTION_FORMATS)[number];

export const CAPTION_TYPES: Record<CaptionFormat, string> = {
  srt: 'application/x-subrip; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

export const CaptionsQuery = Type.Object(
  { by: Type.Optional(Type.Enum(['sentence', 'word'])) },
  { additionalProperties: false },
);

const timed = {
  /** Of the whole audio, pauses included. */
  start_sec: Type.Number(),
  end_sec: Type.Number(),
  /** In the user's own words, without tags. */
  text: Type.String(),
  /** UTF-16 offsets into the job's text, `end` exclusive. */
  start: Type.Integer(),
  end: Type.Integer(),
};

const Caption = Type.Object({
  ...timed,
  /** Absent when the captions are by word. */
  words: Type.Optional(Type.Array(Type.Object(timed))),
});

export const CaptionsReply = Type.Object({
  job_id: Type.String(),
  language: Type.String(),
  duration_sec: Type.Number(),
  by: Type.Enum(['sentence', 'word']),
  captions: Type.Array(Caption),
});
export type CaptionsReply = Static<typeof CaptionsReply>;
