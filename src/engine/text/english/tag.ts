// Labels tokens with their part of speech: a table for words with one reading, an averaged perceptron for the others.
import type { Token } from './token.ts';

export interface TaggerModel {
  tags: readonly string[];
  /** Words that have one tag always. */
  fixed: { get(word: string): string | undefined };
  /** Normalised words the model knows; others appear as their shape. */
  vocabulary: { has(word: string): boolean };
  /** Adds the weights of one feature to `scores` (one figure a tag). */
  addWeights(feature: string, scores: Int32Array): void;
}

/** Sets `tag` on each token of one sentence. */
export function tagSentence(tokens: readonly Token[], model: TaggerModel): void {
  const words = tokens.map(({ text }) => describeWord(text, model));
  const scores = new Int32Array(model.tags.length);
  let previous = '-START-';
  let beforePrevious = '-START2-';
  for (const [i, token] of tokens.entries()) {
    let tag = model.fixed.get(token.text);
    if (tag === undefined) {
      scores.fill(0);
      const before = i > 0 ? words[i - 1]! : '-START-';
      const after = i + 1 < words.length ? words[i + 1]! : '-END-';
      model.addWeights('b', scores);
      model.addWeights(`s3=${token.text.slice(-3)}`, scores);
      model.addWeights(`p1=${firstCharacter(token.text)}`, scores);
      model.addWeights(`w=${words[i]}`, scores);
      model.addWeights(`sh=${writeShape(token.text)}`, scores);
      model.addWeights(i === 0 ? 'i0' : 'i+', scores);
      model.addWeights(`t-1=${previous}`, scores);
      model.addWeights(`t-2=${beforePrevious}`, scores);
      model.addWeights(`t-12=${previous},${beforePrevious}`, scores);
      model.addWeights(`w-1=${before}`, scores);
      model.addWeights(`s3-1=${before.slice(-3)}`, scores);
      model.addWeights(`w-2=${i > 1 ? words[i - 2] : i > 0 ? '-START-' : '-START2-'}`, scores);
      model.addWeights(`w+1=${after}`, scores);
      model.addWeights(`s3+1=${after.slice(-3)}`, scores);
      model.addWeights(`w+2=${words[i + 2] ?? (i + 1 < words.length ? '-END-' : '-END2-')}`, scores);
      tag = pickBest(scores, model.tags);
    }
    token.tag = tag;
    beforePrevious = previous;
    previous = tag;
  }
}

function describeWord(word: string, model: TaggerModel): string {
  const normal = normaliseWord(word);
  return normal.startsWith('!') || model.vocabulary.has(normal) ? normal : `<${writeShape(word)}>`;
}

function normaliseWord(word: string): string {
  if (word.includes('-') && !word.startsWith('-')) return '!HYPHEN';
  if (/^\d{4}$/.test(word)) return '!YEAR';
  if (/^\d/.test(word)) return '!DIGITS';
  return word.toLowerCase();
}

/** "Hello" → "Xx", "U.S." → "x.x.": letters and digits by kind, runs and length cut short. */
function writeShape(word: string): string {
  const isUpper = word === word.toUpperCase() && word !== word.toLowerCase();
  if (/^\p{L}+$/u.test(word)) {
    const characters = [...word];
    if (isUpper) return characters.length > 1 ? 'XX' : 'X1';
    if (word === word.toLowerCase() && word !== word.toUpperCase()) return 'x';
    return characters.slice(1).join('') === characters.slice(1).join('').toLowerCase() &&
      characters[0] !== characters[0]!.toLowerCase()
      ? 'Xx'
      : 'xX';
  }
  if (/^\d+$/.test(word)) return 'd';
  return [...word.slice(0, 4)].map((c) => (/\p{L}/u.test(c) ? 'x' : /\d/.test(c) ? 'd' : c)).join('');
}

function firstCharacter(word: string): string {
  return String.fromCodePoint(word.codePointAt(0)!);
}

/** The highest score; of equal ones the tag that comes last in the alphabet. */
function pickBest(scores: Int32Array, tags: readonly string[]): string {
  let best = 0;
  for (let i = 1; i < scores.length; i++)
    if (scores[i]! > scores[best]! || (scores[i] === scores[best] && tags[i]! > tags[best]!)) best = i;
  return tags[best]!;
}
