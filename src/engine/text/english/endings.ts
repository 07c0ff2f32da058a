// Inflected words from their stems: plural and possessive -s, past -ed, -ing, with American flapping of t.
import type { Context, Lexicon } from './lexicon.ts';
import type { StressChange } from './stress.ts';

const flapping = new Set('AIOWYiuæɑəɛɪɹʊʌ');

type Look = (stem: string) => string | undefined;

/** The pronunciation of an inflected `word` whose stem is known, else `undefined`. */
export function inflect(
  word: string,
  tag: string,
  stress: StressChange | undefined,
  context: Context,
  lexicon: Lexicon,
): string | undefined {
  const known = (stem: string): boolean => lexicon.isKnown(stem);
  const lookWith =
    (change: StressChange | undefined): Look =>
    (stem) =>
      lexicon.look(stem, tag, change, context);
  return (
    mapDefined(findPluralStem(word, known), lookWith(stress), addS) ??
    mapDefined(findPastStem(word, known), lookWith(stress), addEd) ??
    mapDefined(findIngStem(word, known), lookWith(stress ?? 'hint'), addIng)
  );
}

/** `word` is one of these inflections of a known stem. */
export function isInflected(word: string, lexicon: Lexicon): boolean {
  const known = (stem: string): boolean => lexicon.isKnown(stem);
  return (findPluralStem(word, known) ?? findPastStem(word, known) ?? findIngStem(word, known)) !== undefined;
}

export function addS(stem: string): string {
  const last = stem.at(-1)!;
  if ('ptkfθ'.includes(last)) return `${stem}s`;
  return `${stem}${'szʃʒʧʤ'.includes(last) ? 'ᵻ' : ''}z`;
}

export function addEd(stem: string): string {
  const last = stem.at(-1)!;
  if ('pkfθʃsʧ'.includes(last)) return `${stem}t`;
  if (last === 'd') return `${stem}ᵻd`;
  if (last !== 't') return `${stem}d`;
  return `${flapFinalT(stem)}ᵻd`;
}

export function addIng(stem: string): string {
  return `${flapFinalT(stem)}ɪŋ`;
}

function flapFinalT(stem: string): string {
  return stem.endsWith('t') && flapping.has(stem.at(-2) ?? '') ? `${stem.slice(0, -1)}ɾ` : stem;
}

function findPluralStem(word: string, known: (stem: string) => boolean): string | undefined {
  if (word.length < 3 || !word.endsWith('s')) return undefined;
  if (!word.endsWith('ss') && known(word.slice(0, -1))) return word.slice(0, -1);
  const isLong = word.length > 4;
  if (
    (word.endsWith("'s") || (isLong && word.endsWith('es') && !word.endsWith('ies'))) &&
    known(word.slice(0, -2))
  )
    return word.slice(0, -2);
  if (isLong && word.endsWith('ies') && known(`${word.slice(0, -3)}y`)) return `${word.slice(0, -3)}y`;
  return undefined;
}

function findPastStem(word: string, known: (stem: string) => boolean): string | undefined {
  if (word.length < 4 || !word.endsWith('d')) return undefined;
  if (!word.endsWith('dd') && known(word.slice(0, -1))) return word.slice(0, -1);
  if (word.length > 4 && word.endsWith('ed') && !word.endsWith('eed') && known(word.slice(0, -2)))
    return word.slice(0, -2);
  return undefined;
}

function findIngStem(word: string, known: (stem: string) => boolean): string | undefined {
  if (word.length < 5 || !word.endsWith('ing')) return undefined;
  if (word.length > 5 && known(word.slice(0, -3))) return word.slice(0, -3);
  if (known(`${word.slice(0, -3)}e`)) return `${word.slice(0, -3)}e`;
  if (word.length > 5 && /(?:([bcdgklmnprstvxz])\1|ck)ing$/.test(word) && known(word.slice(0, -4)))
    return word.slice(0, -4);
  return undefined;
}

function mapDefined(
  stem: string | undefined,
  look: Look,
  add: (phonemes: string) => string,
): string | undefined {
  const phonemes = stem === undefined ? undefined : look(stem);
  return phonemes ? add(phonemes) : undefined;
}
