// From a text with tags to its chunks: each within one span, so that a chunk has one voice and no tag in it.
import { findKept, hideKept } from './markup/kept.ts';
import type { Span, TaggedText, VoiceTag } from './markup/tags.ts';
import { type Boundary, type ChunkRange, splitText } from './split.ts';

/** What follows a chunk: a place in the text, or silence that was asked for. */
export type ChunkEnd = Boundary | { pauseMs: number };

/** A chunk of the text as the user wrote it. */
export interface TextChunk {
  /** UTF-16 offsets, `end` exclusive; without white space at its edges. */
  start: number;
  end: number;
  boundary: ChunkEnd;
  /** Null: the voice of the job. */
  voice: VoiceTag | null;
  /** Silence before it that was asked for: only the first chunk has any. */
  leadMs: number;
}

/**
 * As `splitText`; a tag always divides, also with `splitText` false. No link `[word](/phonemes/)` is ever divided, and no tag of the
 * model's own (`modelTags`), which is text here.
 */
export function* divideText(
  text: string,
  { spans, leadMs }: TaggedText,
  {
    modelTags,
    ...options
  }: {
    splitText: boolean;
    chunkSize: number;
    quickStart?: boolean;
    modelTags?: readonly string[];
  },
): Generator<TextChunk> {
  const hidden = hideKept(text, modelTags);
  const keepWhole = followKept(text, modelTags);
  for (const [index, span] of spans.entries()) {
    const isFirst = index === 0;
    const quickStart = isFirst && options.quickStart === true;
    let lead = isFirst ? leadMs : 0;
    for (const range of keepWhole(splitSpan(hidden, span, { ...options, quickStart }))) {
      const boundary = range.boundary === 'end' ? judgeEnd(text, span, spans[index + 1]) : range.boundary;
      yield { start: range.start, end: range.end, boundary, voice: span.voice, leadMs: lead };
      lead = 0;
    }
  }
}

function* splitSpan(
  text: string,
  { start, end }: Span,
  options: Parameters<typeof splitText>[1],
): Generator<ChunkRange> {
  for (const range of splitText(text.slice(start, end), options))
    yield { ...range, start: range.start + start, end: range.end + start };
}

/** Joins chunks that were cut within a link, which can be longer than a chunk may be. */
function followKept(
  text: string,
  modelTags: readonly string[] | undefined,
): (ranges: Iterable<ChunkRange>) => Generator<ChunkRange> {
  const kept = findKept(text, modelTags);
  let next = 0;
  const isCut = (position: number) => {
    while (next < kept.length && kept[next]!.end <= position) next++;
    return next < kept.length && kept[next]!.start < position;
  };
  return function* keepWhole(ranges) {
    let open: ChunkRange | undefined;
    for (const range of ranges) {
      open = open ? { ...range, start: open.start } : range;
      if (isCut(open.end)) continue;
      yield open;
      open = undefined;
    }
  };
}

/** What follows the last chunk of a span: what was asked for, else what the text on both sides of the tags suggests. */
function judgeEnd(text: string, span: Span, next: Span | undefined): ChunkEnd {
  if (span.pauseAfterMs !== null) return { pauseMs: span.pauseAfterMs };
  if (next === undefined) return 'end';
  const before = text.slice(Math.max(span.start, span.end - EDGE), span.end);
  const after = text.slice(next.start, Math.min(next.end, next.start + EDGE));
  if (/\n\s*\n/.test(`${/\s*$/.exec(before)![0]}${/^\s*/.exec(after)![0]}`)) return 'paragraph';
  return /[.!?…。！？]["'”’»)\]*_]*\s*$/.test(before) || /^["'”’»)\]*_]*[.!?…。！？]/.test(after)
    ? 'sentence'
    : 'clause';
}

/** So many characters on each side of a tag are looked at. */
const EDGE = 32;
