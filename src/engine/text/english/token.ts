// A token: what the tokeniser cuts, the tagger labels and the pronouncer speaks.

export interface Token {
  text: string;
  /** Code units into the normalised text. */
  start: number;
  end: number;
  /** White space follows, so the next token begins a new word. */
  spaceAfter: boolean;
  /** Part of speech in Penn Treebank letters (`NNP`, `VBD`, …); '' until tagged. */
  tag: string;
  /** Set when the user wrote the pronunciation. */
  phonemes: string | undefined;
}
