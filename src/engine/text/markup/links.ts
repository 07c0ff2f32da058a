// `[word](/phonemes/)`: a pronunciation that the user gives for a word. How such a link is written, and what is left without it.

const WORD = String.raw`\[([^[\]\n]{1,100})\]`;
/** What stands behind the word: its phonemes in round brackets and slashes. */
export const PHONEMES_BEHIND = String.raw`\(\/([^()/\n]{1,200})\/\)`;

/** A link: its word, then its phonemes. Each caller gets a pattern of its own, as one remembers where it stopped. */
export function makeLinkPattern(): RegExp {
  return new RegExp(WORD + PHONEMES_BEHIND, 'g');
}

export interface LinkRange {
  start: number;
  end: number;
}

/** Where the links of `text` are, in order. */
export function findLinks(text: string): LinkRange[] {
  if (!text.includes('](/')) return [];
  return [...text.matchAll(makeLinkPattern())].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** A text of the same length in which each link looks like one word, so that nothing in it ends a sentence or a line. */
export function hideLinks(text: string): string {
  if (!text.includes('](/')) return text;
  return text.replace(
    makeLinkPattern(),
    (link, word: string) => (/^\p{Lu}/u.test(word) ? 'X' : 'x') + 'x'.repeat(link.length - 1),
  );
}
