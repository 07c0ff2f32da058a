// A phoneme string as it grows: words with spaces between them, marks right behind the word before.
import type { Phonemized, PhonemizedWord } from './phonemizer.ts';

export interface PhonemeLine {
  /** `place`: in the user's text. A word without phonemes is left out; `isJoined`: no space before it. */
  addWord(place: { start: number; end: number }, phonemes: string, isJoined?: boolean): void;
  /** A mark before the first word is left out. */
  addMark(mark: string): void;
  finish(warnings: string[]): Phonemized;
}

export function createPhonemeLine(): PhonemeLine {
  let phonemes = '';
  const words: PhonemizedWord[] = [];
  return {
    addWord({ start, end }, spoken, isJoined = false) {
      if (spoken === '') return;
      if (phonemes !== '' && !isJoined) phonemes += ' ';
      words.push({ start, end, phonemeStart: phonemes.length, phonemeEnd: phonemes.length + spoken.length });
      phonemes += spoken;
    },
    addMark(mark) {
      if (phonemes !== '') phonemes += mark;
    },
    finish(warnings) {
      if (words.length === 0) warnings.push('Nothing in this text can be spoken.');
      return { phonemes, words, warnings };
    },
  };
}
