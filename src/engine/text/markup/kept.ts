// What of a text is never divided and never respelled: words with a pronunciation, and the tags of the model's own, such as
// `[laugh]`, that stand for a sound.
import { findLinks, hideLinks, type LinkRange, PHONEMES_BEHIND } from './links.ts';

/** In order. `tags`: the model's, with their brackets. */
export function findKept(text: string, tags: readonly string[] = []): LinkRange[] {
  const links = findLinks(text);
  const pattern = makeTagPattern(text, tags);
  if (pattern === undefined) return links;
  const sounds = [...text.matchAll(pattern)].map(({ 0: tag, index }) => ({
    start: index,
    end: index + tag.length,
  }));
  return [...links, ...sounds].sort((a, b) => a.start - b.start);
}

/** A text of the same length in which each of them looks like one word. */
export function hideKept(text: string, tags: readonly string[] = []): string {
  const pattern = makeTagPattern(text, tags);
  const hidden = hideLinks(text);
  // With a capital, so that a sentence may begin with it.
  return pattern === undefined ? hidden : hidden.replace(pattern, (tag) => `X${'x'.repeat(tag.length - 1)}`);
}

function makeTagPattern(text: string, tags: readonly string[]): RegExp | undefined {
  const there = tags.filter((tag) => text.includes(tag));
  if (there.length === 0) return undefined;
  const ways = there.map((tag) => tag.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`(?:${ways.join('|')})(?!${PHONEMES_BEHIND})`, 'g');
}
