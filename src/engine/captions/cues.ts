// What stands on the screen at a time: at most two lines that can be read at a glance, cut where a reader would pause.
import type { Sentence, TimedText } from './sentences.ts';

export interface Cue {
  startSec: number;
  endSec: number;
  lines: string[];
}

/** As guidelines for subtitles have it. */
const LINE_CHARS = 42;
const MOST_LINES = 2;
/** A cue ends where it is silent for so long. */
const SILENCE_SEC = 1;
/** Shown for so long at least, where the next one leaves room. */
const LEAST_SEC = 1;

/** A part of a sentence that stays on one line: a word with its punctuation. */
interface Token {
  text: string;
  /** Written without a space before it. */
  isGlued: boolean;
  /** When it is heard; undefined for what is not spoken. */
  heard: { startSec: number; endSec: number } | undefined;
}

/** Made for the first long word: it takes longer to make than a module to load. */
let graphemes: Intl.Segmenter | undefined;

/** Cues in order of time, never overlapping. */
export function* makeCues({ shown, sentences }: TimedText, lengthSec: number): Generator<Cue> {
  let open: Cue | undefined;
  for (const sentence of sentences) {
    for (const cue of cutSentence(shown, sentence)) {
      if (open !== undefined) yield linger(open, cue.startSec);
      open = cue;
    }
  }
  if (open !== undefined) yield linger(open, lengthSec);
}

/** One cue for each word, with the punctuation that belongs to it. */
export function* makeWordCues({ shown, sentences }: TimedText): Generator<Cue> {
  for (const { shownStart, shownEnd, words } of sentences) {
    for (const [index, { shownStart: start, shownEnd: end, startSec, endSec }] of words.entries()) {
      const previousEnd = words[index - 1]?.shownEnd ?? shownStart;
      const nextStart = words[index + 1]?.shownStart ?? shownEnd;
      // What stands before a word after a space is its own; what stands behind it, up to a space or the next word.
      const before = index === 0 ? /\S*$/ : /(?<=\s)\S*$/;
      const head = before.exec(shown.slice(previousEnd, start))?.[0] ?? '';
      const tail = /^\S*/.exec(shown.slice(end, nextStart))![0];
      yield { startSec, endSec, lines: [tidy(head + shown.slice(start, end) + tail)] };
    }
  }
}

function linger(cue: Cue, until: number): Cue {
  return { ...cue, endSec: Math.max(cue.endSec, Math.min(cue.startSec + LEAST_SEC, until)) };
}

function* cutSentence(shown: string, sentence: Sentence): Generator<Cue> {
  for (const stretch of cutAtSilence(readTokens(shown, sentence))) {
    for (let rest = stretch; rest.length > 0; ) {
      const count = chooseCount(rest);
      const cue = toCue(rest.slice(0, count));
      if (cue !== undefined) yield cue;
      rest = rest.slice(count);
    }
  }
}

function readTokens(shown: string, { shownStart, shownEnd, words }: Sentence): Token[] {
  const tokens: Token[] = [];
  let next = 0;
  for (const match of shown.slice(shownStart, shownEnd).matchAll(/\S+/g)) {
    let at = shownStart + match.index;
    for (const [index, text] of cutLong(match[0]).entries()) {
      const end = at + text.length;
      let heard: Token['heard'];
      for (; next < words.length && words[next]!.shownStart < end; next++) {
        const { startSec, endSec } = words[next]!;
        heard = { startSec: heard?.startSec ?? startSec, endSec };
      }
      tokens.push({ text: tidy(text), isGlued: index > 0, heard });
      at = end;
    }
  }
  return tokens;
}

/** Words longer than a line, and scripts written without spaces. */
function cutLong(word: string): string[] {
  if (word.length <= LINE_CHARS) return [word];
  const parts: string[] = [''];
  graphemes ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  for (const { segment } of graphemes.segment(word)) {
    if (parts.at(-1)!.length + segment.length > LINE_CHARS && parts.at(-1) !== '') parts.push('');
    parts[parts.length - 1] += segment;
  }
  return parts;
}

function* cutAtSilence(tokens: Token[]): Generator<Token[]> {
  let stretch: Token[] = [];
  let lastEndSec: number | undefined;
  for (const token of tokens) {
    if (token.heard && lastEndSec !== undefined && token.heard.startSec - lastEndSec >= SILENCE_SEC) {
      yield stretch;
      stretch = [];
    }
    stretch.push(token);
    lastEndSec = token.heard?.endSec ?? lastEndSec;
  }
  yield stretch;
}

/** How many of the tokens stand in the next cue: all that fit, else up to a good place about an even share away. */
function chooseCount(tokens: readonly Token[]): number {
  let fitting = 0;
  while (fitting < tokens.length && wrap(tokens.slice(0, fitting + 1)) !== undefined) fitting++;
  // A token longer than a line, all one grapheme, stands alone.
  if (fitting === 0) return 1;
  if (fitting === tokens.length) return fitting;
  const length = measure(tokens);
  const share = length / Math.ceil(length / (LINE_CHARS * MOST_LINES));
  let best = fitting;
  let bestScore = -Infinity;
  for (let count = 1; count <= fitting; count++) {
    const score = rateEnd(tokens[count - 1]!) - Math.abs(measure(tokens.slice(0, count)) - share) / share;
    if (score > bestScore) [best, bestScore] = [count, score];
  }
  return best;
}

function rateEnd({ text }: Token): number {
  if (/[.;:!?…—–。；：！？]["'”’»)\]]*$/.test(text)) return 0.6;
  return /[,，、]["'”’»)\]]*$/.test(text) ? 0.5 : 0;
}

/** One line, or two as even as can be; undefined when they do not fit. */
function wrap(tokens: readonly Token[]): string[] | undefined {
  const whole = join(tokens);
  if (whole.length <= LINE_CHARS) return [whole];
  let best: string[] | undefined;
  let bestScore = -Infinity;
  for (let count = 1; count < tokens.length; count++) {
    const lines = [join(tokens.slice(0, count)), join(tokens.slice(count))];
    const longest = Math.max(...lines.map((line) => line.length));
    if (longest > LINE_CHARS) continue;
    const score = rateEnd(tokens[count - 1]!) - longest / LINE_CHARS;
    if (score > bestScore) [best, bestScore] = [lines, score];
  }
  return best;
}

function join(tokens: readonly Token[]): string {
  return tokens.map(({ text, isGlued }, index) => (index === 0 || isGlued ? text : ` ${text}`)).join('');
}

function measure(tokens: readonly Token[]): number {
  return tokens.reduce((sum, { text, isGlued }) => sum + text.length + (isGlued ? 0 : 1), -1);
}

/** Control characters would break lines and mean things to players. */
function tidy(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, '');
}

function toCue(tokens: readonly Token[]): Cue | undefined {
  const heard = tokens.flatMap((token) => token.heard ?? []);
  const [first] = heard;
  const last = heard.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return { startSec: first.startSec, endSec: last.endSec, lines: wrap(tokens) ?? [join(tokens)] };
}
