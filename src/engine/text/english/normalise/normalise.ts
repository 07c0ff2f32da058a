// What is written becomes what is said: the order of the rules, from the most particular to the plainest.
import type { MappedText } from '../mapped-text.ts';
import { endAfterInitials, makeAbbreviationRules } from './abbreviations.ts';
import { normaliseAddresses } from './addresses.ts';
import { makeDateRules } from './dates.ts';
import { makeMeasureRules } from './measures.ts';
import { makeMoneyRules } from './money.ts';
import { normalisePhones } from './phones.ts';
import { makeRomanRules } from './romans.ts';
import { makeSymbolRules } from './symbols.ts';
import type { NormaliseTables } from './tables.ts';

/** Rewrites a cleaned text into words, plain numbers, simple amounts of money and punctuation. */
export function makeNormaliser(tables: NormaliseTables): (text: MappedText) => void {
  const rules = [
    endAfterInitials,
    normaliseAddresses,
    makeDateRules(tables),
    normalisePhones,
    makeMoneyRules(tables),
    makeRomanRules(tables),
    makeMeasureRules(tables),
    makeAbbreviationRules(tables),
    makeSymbolRules(tables),
  ];
  return (text) => {
    for (const rule of rules) rule(text);
  };
}
