// When each word is heard, where the model does not tell: by the share of its letters in the whole.
import type { WordTiming } from '../../engine.ts';

const TAG = /\[[a-z ]+\]/g;
/** What a pause counts, in letters. */
const COMMA = 3;
const STOP = 6;

/** `language`: BCP 47; decides where words end in writing without spaces. */
export function timeWordsByLetters(
  text: string,
  { durationSec, language }: { durationSec: number; language: string },
): WordTiming[] {
  const words: { start: number; end: number; from: number; to: number }[] = [];
  let at = 0;
  // Tags are sounds of their own, not words.
  const spoken = text.replace(TAG, (tag) => ' '.repeat(tag.length));
  for (const { segment, index, isWordLike } of new Intl.Segmenter(language, { granularity: 'word' }).segment(
    spoken,
  )) {
    const from = at;
    if (isWordLike) {
      at += segment.length + 1;
      words.push({ start: index, end: index + segment.length, from, to: at });
    } else if (/[.!?…。！？]/.test(segment)) at += STOP;
    else if (/[,;:—–、，]/.test(segment)) at += COMMA;
  }
  // Nothing is heard behind the last word.
  const total = words.at(-1)?.to ?? 1;
  const toSec = (letters: number) => (letters / total) * durationSec;
  return words.map(({ start, end, from, to }) => ({ start, end, startSec: toSec(from), endSec: toSec(to) }));
}
