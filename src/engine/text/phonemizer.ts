// What a text front end gives an engine: phonemes, and which of them belong to which word of the user's text.

/** A word as the user wrote it. `start`/`end`: UTF-16 offsets into the text; `phonemeStart`/`phonemeEnd`: code unit offsets into `Phonemized.phonemes`. */
export interface PhonemizedWord {
  start: number;
  end: number;
  phonemeStart: number;
  phonemeEnd: number;
}

export interface Phonemized {
  /** Phonemes in the model's alphabet, words separated by spaces, punctuation kept. */
  phonemes: string;
  /** In text order, not overlapping. Punctuation belongs to no word. */
  words: PhonemizedWord[];
  /** One sentence each: what was skipped or guessed that the user should know. */
  warnings: string[];
}

export interface Phonemizer {
  phonemize(text: string): Promise<Phonemized>;
  /** What will be asked for next. Left out where reading takes this thread's own time, so that nothing is won. */
  readAhead?(text: string): void;
  close(): Promise<void>;
}
