// The nearest of the words that would have been right.
import { findNearest } from '../api/nearest.ts';

/** ` Did you mean X?`, or nothing when no word is near. */
export function suggest(
  word: string,
  known: readonly string[],
  name: (near: string) => string = (near) => near,
): string {
  const near = findNear(word, known);
  return near === undefined ? '' : ` Did you mean ${name(near)}?`;
}

export function findNear(word: string, known: readonly string[]): string | undefined {
  return findNearest(word, known, Math.max(1, Math.floor(word.length / 2)));
}
