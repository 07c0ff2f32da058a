// Punctuation as Chatterbox was trained with: what is rare becomes what is common, and every text ends with some.
import type { Family } from './constants.ts';

const WORDS_FOR_NOTHING = 'You need to add some text for me to talk.';

type Replacement = readonly [from: string, to: string];
const ELLIPSIS: Replacement = ['...', ', '];
const SPACED_DASH: Replacement = [' - ', ', '];
const SEMICOLON: Replacement = [';', ', '];
const FIRST: readonly Replacement[] = [
  ['…', ', '],
  [':', ','],
];
const LAST: readonly Replacement[] = [
  ['—', '-'],
  ['–', '-'],
  [' ,', ','],
  ['“', '"'],
  ['”', '"'],
  ['‘', "'"],
  ['’', "'"],
];
const GUIDED: readonly Replacement[] = [ELLIPSIS, ...FIRST, SPACED_DASH, SEMICOLON, ...LAST];
const REPLACEMENTS: Record<Family, readonly Replacement[]> = {
  turbo: [...FIRST, ...LAST],
  base: GUIDED,
  multilingual: GUIDED,
};
const ENDS: Record<Family, RegExp> = {
  turbo: /[.!?,-]$/,
  base: /[.!?,-]$/,
  multilingual: /[.!?,\-、，。？！]$/,
};

export function normalisePunctuation(text: string, family: Family): string {
  if (text === '') return WORDS_FOR_NOTHING;
  const [first = ''] = text;
  const isLower = first === first.toLowerCase() && first !== first.toUpperCase();
  let spoken = isLower ? first.toUpperCase() + text.slice(first.length) : text;
  spoken = spoken.split(/\s+/).filter(Boolean).join(' ');
  for (const [from, to] of REPLACEMENTS[family]) spoken = spoken.replaceAll(from, to);
  spoken = spoken.replace(/ +$/, '');
  return ENDS[family].test(spoken) ? spoken : `${spoken}.`;
}
