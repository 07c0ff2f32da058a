// Where one sentence ends and the next begins, among tokens; the tagger judges words by their place in a sentence.
import type { Token } from './token.ts';

const ending = /^(?:[.!?…]|\.\.+)$/;
const closing = /^["'”’)\]]$/;

export function splitSentences(tokens: readonly Token[]): Token[][] {
  const sentences: Token[][] = [];
  let current: Token[] = [];
  let ended = false;
  for (const token of tokens) {
    const previous = current.at(-1);
    if (ended && previous?.spaceAfter && !/^\p{Ll}/u.test(token.text)) {
      sentences.push(current);
      current = [];
    }
    current.push(token);
    ended = ending.test(token.text) || (ended && closing.test(token.text));
  }
  if (current.length > 0) sentences.push(current);
  return sentences;
}
