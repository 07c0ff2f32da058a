// How much a text is: characters, sentences, and how long it takes to say it.

/** Characters of English prose that are spoken in a second at natural pace. */
const CHARS_PER_SEC = 15;
/** Counting a book's sentences at each key press would be felt. */
const COUNTED_CHARS = 200_000;

export interface Estimate {
  chars: number;
  sentences: number;
  speechSec: number;
}

export function estimate(text: string, speed: number): Estimate {
  const counted = text.slice(0, COUNTED_CHARS);
  const scale = text.length / Math.max(1, counted.length);
  return {
    chars: text.length,
    sentences: Math.round(countSentences(counted) * scale),
    speechSec: text.trim().length / CHARS_PER_SEC / speed,
  };
}

function countSentences(text: string): number {
  let sentences = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(text)) {
    if (/[\p{L}\p{N}]/u.test(segment)) sentences++;
  }
  return sentences;
}
