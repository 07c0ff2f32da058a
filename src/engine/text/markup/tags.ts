// Tags in a text: `[pause:1.5s]` and `[voice:NAME] … [/voice]`. Whatever else stands in square brackets is text.
import { isSpeakable } from '../split/characters.ts';
import { followCode } from './code.ts';
import { PHONEMES_BEHIND } from './links.ts';

/** A longer pause is shortened to this. */
export const LONGEST_PAUSE_MS = 300_000;
/** Of a tag that gives no length, or none that can be read. */
export const PLAIN_PAUSE_MS = 500;
const MOST_WARNINGS = 5;

export interface VoiceTag {
  /** As written. */
  name: string;
  /** Where the tag stands: UTF-16 offset into the text. */
  at: number;
}

/** A part of the text without a tag in it, spoken by one voice; offsets into the user's text, `end` exclusive. */
export interface Span {
  start: number;
  end: number;
  /** Null: the voice of the job. */
  voice: VoiceTag | null;
  /** Silence behind it that the user asked for; null: as long as the text suggests. */
  pauseAfterMs: number | null;
}

export interface TaggedText {
  /** In order; where there are tags, each holds something to speak. Empty for a text of tags alone. */
  spans: Span[];
  /** Silence before the first span. */
  leadMs: number;
  /** Every voice that is named, also where it has nothing to speak. */
  voices: VoiceTag[];
  /** Where the tags are, in order. */
  tags: { start: number; end: number; kind: 'pause' | 'voice' | 'end' }[];
  /** One sentence each: what was changed or left out. */
  warnings: string[];
}

const BLANK = String.raw`[^\S\n]{0,8}`;
/** A word with a pronunciation, `[pause](/…/)`, is no tag. */
const NO_LINK = `(?!${PHONEMES_BEHIND})`;
const tagPattern = new RegExp(
  String.raw`\[${BLANK}(?:pause${BLANK}(?::(?<length>[^[\]\n]{0,40}))?|voice${BLANK}:(?<name>[^[\]\n]{0,100})|(?<end>\/)${BLANK}voice${BLANK})\]${NO_LINK}`,
  'gi',
);
const lengthPattern =
  /^\s*(\d{1,9}(?:[.,]\d{1,9})?|[.,]\d{1,9})\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)?\s*$/i;

/** Every text can be parsed; voice names are not looked up here. A voice that is not ended speaks to the end of the text. */
export function parseTags(text: string): TaggedText {
  const found = [...text.matchAll(tagPattern)];
  const isInCode = found.length > 0 ? followCode(text) : () => false;
  const warnings = new Set<string>();
  const parsed: TaggedText = { spans: [], leadMs: 0, voices: [], tags: [], warnings: [] };
  const open: VoiceTag[] = [];
  let from = 0;
  const endSpan = (end: number) => {
    if (!isSpeakable(text.slice(from, end))) return;
    parsed.spans.push({ start: from, end, voice: open.at(-1) ?? null, pauseAfterMs: null });
  };
  for (const { 0: written, index, groups } of found) {
    if (isInCode(index)) {
      warnings.add(`${written} stands in code (between backticks) and is read as text.`);
      continue;
    }
    const { length, name, end } = groups!;
    endSpan(index);
    from = index + written.length;
    const kind = end !== undefined ? 'end' : name !== undefined ? 'voice' : 'pause';
    parsed.tags.push({ start: index, end: from, kind });
    if (kind === 'voice') {
      open.push({ name: name!.trim(), at: index });
      parsed.voices.push(open.at(-1)!);
    } else if (kind === 'pause') addPause(parsed, readLength(written, length, warnings));
    else if (open.pop() === undefined) warnings.add(`${written} ends a voice that was not begun; ignored.`);
  }
  if (parsed.tags.length > 0) endSpan(text.length);
  else parsed.spans.push({ start: 0, end: text.length, voice: null, pauseAfterMs: null });
  parsed.warnings = cutWarnings([...warnings]);
  return parsed;
}

/** How much silence all pauses of a text add up to. */
export function sumPausesMs({ spans, leadMs }: TaggedText): number {
  return spans.reduce((sum, { pauseAfterMs }) => sum + (pauseAfterMs ?? 0), leadMs);
}

function addPause(parsed: TaggedText, ms: number): void {
  const last = parsed.spans.at(-1);
  if (last === undefined) parsed.leadMs += ms;
  else last.pauseAfterMs = (last.pauseAfterMs ?? 0) + ms;
}

function readLength(written: string, length: string | undefined, warnings: Set<string>): number {
  const match = lengthPattern.exec(length ?? '');
  if (!match) {
    warnings.add(
      `${written} gives no length that can be read, such as [pause:1.5s] or [pause:300ms]; ${PLAIN_PAUSE_MS} ms were used.`,
    );
    return PLAIN_PAUSE_MS;
  }
  const ms = Number(match[1]!.replace(',', '.')) * readUnitMs(match[2] ?? 's');
  if (ms <= LONGEST_PAUSE_MS) return Math.round(ms);
  warnings.add(`${written} is longer than a pause can be; ${LONGEST_PAUSE_MS / 60_000} minutes were used.`);
  return LONGEST_PAUSE_MS;
}

function readUnitMs(unit: string): number {
  const small = unit.toLowerCase();
  if (small === 'ms' || small.startsWith('milli')) return 1;
  if (small.startsWith('s')) return 1000;
  return small.startsWith('m') ? 60_000 : 3_600_000;
}

function cutWarnings(warnings: string[]): string[] {
  if (warnings.length <= MOST_WARNINGS) return warnings;
  return [
    ...warnings.slice(0, MOST_WARNINGS),
    `… and ${warnings.length - MOST_WARNINGS} more tags like these.`,
  ];
}
