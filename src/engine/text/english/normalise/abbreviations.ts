// Titles before names, and abbreviations with a dot, told apart from words that end a sentence.
import type { MappedText } from '../mapped-text.ts';
import { type NormaliseTables, writeAlternatives } from './tables.ts';

/** Also words of their own: only before a number. */
const beforeNumbers = new Set([
  'no.',
  'nos.',
  'fig.',
  'Fig.',
  'ch.',
  'Ch.',
  'No.',
  'Nos.',
  'pp.',
  'p.',
  'c.',
  'ca.',
]);
/** Also words of their own: not where a sentence may end. */
const insideSentences = new Set('Sun. Sat. Wed. Mon. Thu. Fri. Mar. ed. est. eds.'.split(' '));
/** Abbreviations the table lacks. */
const more: Record<string, string> = {
  'No.': 'Number',
  'Nos.': 'Numbers',
  'p.': 'page',
  'c.': 'circa',
  'ca.': 'circa',
};

const lastInitials = /(?<![\p{L}.])(?:\p{L}\.){2,6}(?=\s*$)/gu;

/** "… in the U.S.": the last dot also ends the sentence. */
export function endAfterInitials(text: MappedText): void {
  text.replace(lastInitials, ([initials]) => `${initials} .`);
}

export function makeAbbreviationRules(tables: NormaliseTables): (text: MappedText) => void {
  const abbreviations = { ...tables.abbreviations, ...more };
  const { 'St.': street, ...titles } = Object.fromEntries(
    Object.entries(tables.titles).map(([short, long]) => [`${short}.`, long]),
  );
  const title = new RegExp(
    `(?<![\\w.])(${writeAlternatives([...Object.keys(titles), 'St.'])})(?= \\p{Lu})`,
    'gu',
  );
  const abbreviation = new RegExp(
    `(?<![\\w.&])(${writeAlternatives(Object.keys(abbreviations))})(?![\\w])`,
    'g',
  );
  const etCetera = /\b(etc)\.(?= \p{Ll})/gu;
  const address = /\d+ (?:\p{L}{1,20} ){1,3}$/u;

  return (text) => {
    text.replace(title, (match) => {
      const before = text.text.slice(Math.max(0, match.index - 60), match.index);
      if (address.test(before) && match[1] === 'St.') return undefined;
      return match[1] === 'St.' ? street : titles[match[1]!];
    });
    text.replace(abbreviation, (match) => {
      const short = match[1]!;
      const before = text.text.slice(Math.max(0, match.index - 60), match.index);
      const after = text.text.slice(match.index + short.length, match.index + short.length + 3);
      if (beforeNumbers.has(short) && !/^ ?\d/.test(after)) return undefined;
      if (insideSentences.has(short) && !/^(?: [\p{Ll}\d]|,)/u.test(after)) return undefined;
      const long = short === 'Dr.' && address.test(before) ? 'Drive' : abbreviations[short]!;
      const endsSentence = short.endsWith('.') && /^["')]?$/.test(after.trimEnd());
      return endsSentence ? `${long}.` : long;
    });
    text.replace(etCetera, () => 'etc');
  };
}
