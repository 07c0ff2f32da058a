// The user's lexicon applied to a text: the words it lists are replaced by how they are said, and every place can be found again.
import { findKept } from './kept.ts';
import type { LinkRange } from './links.ts';

export interface LexiconEntry {
  /** With a capital letter in it, it fits only as it is written; else in any case. */
  word: string;
  /** Phonemes between slashes, or other words. */
  say: string;
  /** BCP 47; for voices of this language alone. */
  language?: string;
}

/** A text as an engine gets it. */
export interface Spoken {
  text: string;
  /** What was replaced, in order: `start` to `end` of the text before, by `length` characters at `at`. */
  edits: readonly Edit[];
}

interface Edit {
  start: number;
  end: number;
  at: number;
  length: number;
}

export interface Respeller {
  /** The entries whose word occurs in `text`. */
  findUsed(text: string): LexiconEntry[];
  /**
   * Replaces the longest word that fits at each place; what has a pronunciation of its own, `[word](/…/)`, is left alone, and the
   * tags of the model that speaks.
   */
  respell(text: string, language: string, modelTags?: readonly string[]): Spoken;
}

export function makeRespeller(entries: readonly LexiconEntry[]): Respeller {
  const byFirst = indexByFirst(entries);

  function* match(text: string): Generator<{ at: number; fitting: LexiconEntry[] }> {
    if (byFirst.size === 0) return;
    for (let at = 0; at < text.length; at++) {
      const fitting = byFirst.get(text.charCodeAt(at))?.filter((entry) => fits(text, at, entry.word));
      if (fitting !== undefined && fitting.length > 0) yield { at, fitting };
    }
  }

  return {
    findUsed(text) {
      const used = new Set<LexiconEntry>();
      for (const { fitting } of match(text)) for (const entry of fitting) used.add(entry);
      return [...used];
    },
    respell(text, language, modelTags) {
      const isKept = followRanges(findKept(text, modelTags));
      const edits: Edit[] = [];
      let spoken = '';
      let copied = 0;
      for (const { at, fitting } of match(text)) {
        const entry = fitting.find((one) => isOfLanguage(one, language));
        if (entry === undefined || at < copied || isKept(at)) continue;
        const end = at + entry.word.length;
        const replacement = write(text.slice(at, end), entry.say);
        spoken += text.slice(copied, at);
        edits.push({ start: at, end, at: spoken.length, length: replacement.length });
        spoken += replacement;
        copied = end;
      }
      return edits.length === 0 ? { text, edits } : { text: spoken + text.slice(copied), edits };
    },
  };
}

/** The range of the text before that `start` to `end` of the spoken text stands for; of what was replaced, all of it. */
export function findSource({ edits }: Spoken, start: number, end: number): { start: number; end: number } {
  const first = findPlace(edits, start);
  const last = findPlace(edits, end - 1);
  return { start: first.start, end: last.end };
}

function findPlace(edits: readonly Edit[], position: number): { start: number; end: number } {
  let low = 0;
  let high = edits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edits[middle]!.at <= position) low = middle + 1;
    else high = middle;
  }
  const edit = edits[low - 1];
  if (edit === undefined) return { start: position, end: position + 1 };
  if (position < edit.at + edit.length) return edit;
  const start = edit.end + position - edit.at - edit.length;
  return { start, end: start + 1 };
}

function write(word: string, say: string): string {
  return say.startsWith('/') ? `[${word}](${say})` : say;
}

/** By the code unit a word can begin with; the longest first, and of those that are as long the one that fits fewer. */
function indexByFirst(entries: readonly LexiconEntry[]): Map<number, LexiconEntry[]> {
  const byFirst = new Map<number, LexiconEntry[]>();
  const sorted = [...entries].sort(
    (a, b) => b.word.length - a.word.length || Number(isAnyCase(a.word)) - Number(isAnyCase(b.word)),
  );
  for (const entry of sorted) {
    const { word } = entry;
    const firsts = isAnyCase(word) ? new Set([word[0]!, word[0]!.toUpperCase()[0]!]) : [word[0]!];
    for (const first of firsts) {
      const code = first.charCodeAt(0);
      byFirst.set(code, [...(byFirst.get(code) ?? []), entry]);
    }
  }
  return byFirst;
}

function isAnyCase(word: string): boolean {
  return word === word.toLowerCase();
}

function fits(text: string, at: number, word: string): boolean {
  const end = at + word.length;
  const written = text.slice(at, end);
  if (written !== word && !(isAnyCase(word) && written.toLowerCase() === word)) return false;
  const isInWordBefore = IN_WORD_START.test(word) && IN_WORD_BEFORE.test(text.slice(Math.max(0, at - 3), at));
  const isInWordAfter = IN_WORD_END.test(word) && IN_WORD_AFTER.test(text.slice(end, end + 4));
  return !isInWordBefore && !isInWordAfter;
}

const IN_WORD_START = /^[\p{L}\p{N}\p{M}_]/u;
const IN_WORD_END = /[\p{L}\p{N}\p{M}_]$/u;
const IN_WORD_BEFORE = /(?:[\p{L}\p{N}\p{M}_]|\p{L}['’])$/u;
/** "Kokoro's" holds the word Kokoro, "don't" no word don. */
const IN_WORD_AFTER = /^(?:[\p{L}\p{N}\p{M}_]|['’](?!s(?!\p{L}))\p{L})/iu;

function isOfLanguage({ language }: LexiconEntry, wanted: string): boolean {
  if (language === undefined) return true;
  return `${wanted.toLowerCase()}-`.startsWith(`${language.toLowerCase()}-`);
}

/** Tells of each position, asked in rising order, whether it is in one of the ranges. */
function followRanges(ranges: readonly LinkRange[]): (position: number) => boolean {
  let next = 0;
  return (position) => {
    while (next < ranges.length && ranges[next]!.end <= position) next++;
    return next < ranges.length && ranges[next]!.start <= position;
  };
}
