// Cuts normalised text into tokens as the part-of-speech model was taught: white space, then marks at both ends, special cases, marks inside.
import { findInfixes, measurePrefix, measureSuffix } from './affixes.ts';
import type { Token } from './token.ts';

/** Written words that are cut by a table: "don't" → "do", "n't". The parts joined are the word. */
export type TokenExceptions = ReadonlyMap<string, readonly string[]>;

interface Span {
  start: number;
  end: number;
}

const longestException = 24;

export function tokenise(text: string, exceptions: TokenExceptions): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(/\S+/g)) {
    const start = match.index;
    const end = start + match[0].length;
    for (const span of cutWord(text, start, end, exceptions))
      tokens.push({
        text: text.slice(span.start, span.end),
        start: span.start,
        end: span.end,
        spaceAfter: span.end === end,
        tag: '',
        phonemes: undefined,
      });
  }
  return tokens;
}

function cutWord(text: string, start: number, end: number, exceptions: TokenExceptions): Span[] {
  const head: Span[] = [];
  const tail: Span[] = [];
  let left = start;
  let right = end;
  let core: Span[] | undefined;
  while (left < right) {
    core = findException(text, left, right, exceptions);
    if (core) break;
    const prefix = measurePrefix(text, left, right);
    if (prefix > 0) {
      head.push({ start: left, end: left + prefix });
      left += prefix;
      continue;
    }
    const suffix = measureSuffix(text, left, right);
    if (suffix === 0) break;
    tail.push({ start: right - suffix, end: right });
    right -= suffix;
  }
  core ??= left < right ? cutInside(text, left, right, exceptions) : [];
  return [...head, ...core, ...tail.reverse()];
}

function cutInside(text: string, start: number, end: number, exceptions: TokenExceptions): Span[] {
  const spans: Span[] = [];
  let left = start;
  const push = (right: number): void => {
    if (left < right)
      spans.push(...(findException(text, left, right, exceptions) ?? [{ start: left, end: right }]));
  };
  for (const infix of findInfixes(text.slice(start, end))) {
    push(start + infix.start);
    spans.push({ start: start + infix.start, end: start + infix.end });
    left = start + infix.end;
  }
  push(end);
  return spans;
}

function findException(
  text: string,
  start: number,
  end: number,
  exceptions: TokenExceptions,
): Span[] | undefined {
  if (end - start > longestException) return undefined;
  const parts = exceptions.get(text.slice(start, end));
  if (!parts) return undefined;
  let left = start;
  return parts.map((part) => {
    const span = { start: left, end: left + part.length };
    left = span.end;
    return span;
  });
}
