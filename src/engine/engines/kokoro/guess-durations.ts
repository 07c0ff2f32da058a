// How long each phoneme lasts, where the graph does not tell: by what kind of sound it is.

/** Shares, as Kokoro gives them on average. */
const SHARES: readonly (readonly [RegExp, number])[] = [
  [/[ˈˌ]/u, 0.4],
  [/[.!?…]/u, 4],
  [/[,;:—]/u, 3],
  [/ /, 0.8],
  [/[AIOQWYː]/u, 2],
  [/[aeiouyæɐɑɒɔəɚɛɜɨɪʊʌɯᵻᵊøœɤ]/u, 1.3],
];
const OTHER = 1;
/** Before and after. */
const SILENCE_STEPS = 12;

/** One for each of `phonemes`, with the silence at both ends; together `steps`. */
export function guessDurations(phonemes: readonly string[], steps: number): number[] {
  const shares = phonemes.map((phoneme) => SHARES.find(([kind]) => kind.test(phoneme))?.[1] ?? OTHER);
  const silence = Math.min(SILENCE_STEPS, steps / 4);
  const scale = (steps - 2 * silence) / shares.reduce((sum, share) => sum + share, 0);
  return [silence, ...shares.map((share) => share * scale), silence];
}
