// The phoneme alphabet (misaki's, American English) and the classes of it that the rules ask for.

export const primaryStress = 'ˈ';
export const secondaryStress = 'ˌ';

const vowels = new Set('AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ');
const consonants = new Set('bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ');
const diphthongs = new Set('AIOQWYʤʧ');
const pauses = new Set(';:,.!?—…');

export function isVowel(phoneme: string): boolean {
  return vowels.has(phoneme);
}

export function isConsonant(phoneme: string): boolean {
  return consonants.has(phoneme);
}

/** Punctuation that is kept among the phonemes and makes the voice pause. */
export function isPause(char: string): boolean {
  return pauses.has(char);
}

/** How long a word sounds: long vowels and affricates count two, everything else one. */
export function weighPhonemes(phonemes: string): number {
  let weight = 0;
  for (const phoneme of phonemes) weight += diphthongs.has(phoneme) ? 2 : 1;
  return weight;
}

/** Written by users, beside vowels and consonants: flap, glottal stop, the short schwa, length, stress, a gap between words. */
const otherSigns = new Set(['T', 'ʔ', 'ᵊ', 'ː', primaryStress, secondaryStress, ' ']);

/** What may stand in a pronunciation that a user gives. */
export function isPhoneme(char: string): boolean {
  return isSound(char) || otherSigns.has(char);
}

export function isSound(char: string): boolean {
  return isVowel(char) || isConsonant(char);
}
