// Puts the spoken groups of a text together: one phoneme string, and which part of it belongs to which word of the user's.
import type { PhonemizedWord } from '../phonemizer.ts';
import type { MappedText } from './mapped-text.ts';
import type { SpokenGroup } from './pronounce.ts';

export function assemble(
  spoken: readonly SpokenGroup[],
  mapped: MappedText,
): { phonemes: string; words: PhonemizedWord[] } {
  const line = new Line();
  const words: PhonemizedWord[] = [];
  /** A mark was heard since the last word, so the next one is a word of its own. */
  let parted = true;
  let moneySign: number | undefined;
  for (const group of spoken) {
    const text = writeModelLetters(group.phonemes);
    if (group.isMark) {
      if (text !== '' && (line.length > 0 || keepsSpace(text))) {
        if (!keepsSpace(text)) line.dropSpace();
        line.add(text);
        parted = true;
      }
    } else if (text === '') moneySign ??= group.start;
    else {
      const { start, end } = mapped.findSource(moneySign ?? group.start, group.end);
      const last = words.at(-1);
      const phonemeStart = line.length;
      line.add(text);
      if (last && (start < last.end || (start === last.end && !parted))) {
        last.end = Math.max(last.end, end);
        last.phonemeEnd = line.length;
      } else words.push({ start, end, phonemeStart, phonemeEnd: line.length });
      parted = false;
      moneySign = undefined;
    }
    if (group.spaceAfter) line.addSpace();
  }
  line.dropSpace();
  return words.length === 0 ? { phonemes: '', words } : { phonemes: line.join(), words };
}

/** A growing text that knows whether it ends with a space, without being joined each time. */
class Line {
  length = 0;
  #parts: string[] = [];
  #hasSpace = false;

  add(text: string): void {
    this.#parts.push(text);
    this.length += text.length;
    this.#hasSpace = false;
  }

  addSpace(): void {
    if (this.length === 0 || this.#hasSpace) return;
    this.add(' ');
    this.#hasSpace = true;
  }

  dropSpace(): void {
    if (!this.#hasSpace) return;
    this.#parts.pop();
    this.length--;
    this.#hasSpace = false;
  }

  join(): string {
    return this.#parts.join('');
  }
}

/** Marks that may stand first and keep the space before them. */
function keepsSpace(mark: string): boolean {
  return mark === '(' || mark === '—' || mark === '…';
}

/** The models know the flap as T and the glottal stop as t. */
function writeModelLetters(phonemes: string): string {
  return phonemes.replaceAll('ɾ', 'T').replaceAll('ʔ', 't');
}
