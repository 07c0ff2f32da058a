// Where a word's stress marks stand, and how they get stronger or weaker.
import { isVowel, primaryStress, secondaryStress, weighPhonemes } from './alphabet.ts';

/**
 * How a word is to be stressed against what the lexicon says. `none` takes every mark away; `weaken` turns the primary mark into a
 * secondary one; `weaken-if-primary` the same and leaves others alone; `spell` as `weaken`, and marks what has no mark; `hint` marks
 * what has no mark with a secondary one; `raise` gives it at least a primary mark.
 */
export type StressChange = 'none' | 'weaken' | 'weaken-if-primary' | 'spell' | 'hint' | 'raise';

export function changeStress(phonemes: string, change: StressChange | undefined): string {
  const hasPrimary = phonemes.includes(primaryStress);
  const hasSecondary = phonemes.includes(secondaryStress);
  switch (change) {
    case undefined:
      return phonemes;
    case 'none':
      return phonemes.replaceAll(primaryStress, '').replaceAll(secondaryStress, '');
    case 'weaken':
      return weaken(phonemes);
    case 'weaken-if-primary':
      return hasPrimary ? weaken(phonemes) : phonemes;
    case 'spell':
      if (hasPrimary) return weaken(phonemes);
      return hasSecondary ? phonemes : markFirstVowel(phonemes, secondaryStress);
    case 'hint':
      return hasPrimary || hasSecondary ? phonemes : markFirstVowel(phonemes, secondaryStress);
    case 'raise':
      if (hasPrimary) return phonemes;
      return hasSecondary
        ? phonemes.replaceAll(secondaryStress, primaryStress)
        : markFirstVowel(phonemes, primaryStress);
  }
}

/**
 * Weakens the lighter half of the parts of one written word (`well-known`), so that one of them leads; changes `parts` in place.
 * `isLetter[i]`: the part is a single character, as in `T-shirt`.
 */
export function balanceStress(parts: string[], isSingleCharacter: readonly boolean[]): void {
  const spoken = parts
    .map((phonemes, index) => ({
      index,
      stressed: phonemes.includes(primaryStress),
      weight: weighPhonemes(phonemes),
    }))
    .filter(({ index }) => parts[index] !== '');
  if (spoken.length === 2 && isSingleCharacter[spoken[0]!.index]) {
    const second = spoken[1]!.index;
    parts[second] = changeStress(parts[second]!, 'weaken-if-primary');
    return;
  }
  const stressedCount = spoken.filter(({ stressed }) => stressed).length;
  if (spoken.length < 2 || stressedCount <= Math.floor((spoken.length + 1) / 2)) return;
  spoken.sort((a, b) => Number(a.stressed) - Number(b.stressed) || a.weight - b.weight || a.index - b.index);
  for (const { index } of spoken.slice(0, Math.floor(spoken.length / 2)))
    parts[index] = changeStress(parts[index]!, 'weaken-if-primary');
}

function weaken(phonemes: string): string {
  return phonemes.replaceAll(secondaryStress, '').replaceAll(primaryStress, secondaryStress);
}

/** A mark stands right before the vowel it stresses. */
function markFirstVowel(phonemes: string, mark: string): string {
  for (let i = 0; i < phonemes.length; i++)
    if (isVowel(phonemes[i]!)) return phonemes.slice(0, i) + mark + phonemes.slice(i);
  return phonemes;
}
