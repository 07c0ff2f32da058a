// Which of the words that would have been right was meant.
import { closest, distance } from 'fastest-levenshtein';

/** Nothing so long is a slip of the pen, and comparing it would take long. */
const LONGEST = 100;

/** The nearest of `known`; undefined when it differs in more than `most` letters. Large and small ones are the same. */
export function findNearest(word: string, known: readonly string[], most: number): string | undefined {
  if (known.length === 0 || word.length > LONGEST) return undefined;
  const lower = word.toLowerCase();
  const nearest = closest(lower, [...known]);
  return distance(lower, nearest.toLowerCase()) <= most ? nearest : undefined;
}
