// Words whose sound depends on their part in the sentence and on what follows: a, an, the, to, in, by, I, am, used; and symbols.
import { primaryStress } from './alphabet.ts';
import { type Context, generaliseTag, type Lexicon } from './lexicon.ts';
import type { StressChange } from './stress.ts';

const symbolNames = new Map([
  ['%', 'percent'],
  ['&', 'and'],
  ['+', 'plus'],
  ['@', 'at'],
]);
const addressSymbolNames = new Map([
  ['.', 'dot'],
  ['/', 'slash'],
]);

export function pronounceFunctionWord(
  word: string,
  tag: string,
  stress: StressChange | undefined,
  context: Context,
  lexicon: Lexicon,
): string | undefined {
  const symbol = symbolNames.get(word) ?? (tag === 'ADD' ? addressSymbolNames.get(word) : undefined);
  if (symbol !== undefined) return lexicon.lookPlain(symbol);
  if (isDottedInitials(word)) return lexicon.spell(word);
  switch (word) {
    case 'a':
    case 'A':
      // Before a pause it is the letter: "plan A", "a, b, c".
      return tag === 'DT' && context.vowelFollows !== undefined ? 'ɐ' : 'ˈA';
    case 'am':
    case 'Am':
    case 'AM':
      if (tag.startsWith('NN')) return lexicon.spell(word);
      if (context.vowelFollows === undefined || word !== 'am' || stress === 'raise')
        return lexicon.lookPlain('am');
      return 'ɐm';
    case 'an':
    case 'An':
    case 'AN':
      return word === 'AN' && tag.startsWith('NN') ? lexicon.spell(word) : 'ɐn';
    case 'I':
      return tag === 'PRP' ? 'ˌI' : undefined;
    case 'by':
    case 'By':
    case 'BY':
      return generaliseTag(tag) === 'ADV' ? 'bˈI' : undefined;
    case 'to':
    case 'To':
    case 'TO':
      if (word === 'TO' && tag !== 'TO' && tag !== 'IN') return undefined;
      if (context.vowelFollows === undefined) return lexicon.lookPlain('to');
      return context.vowelFollows ? 'tʊ' : 'tə';
    case 'in':
    case 'In':
    case 'IN':
      if (word === 'IN' && tag === 'NNP') return undefined;
      return `${context.vowelFollows === undefined || tag !== 'IN' ? primaryStress : ''}ɪn`;
    case 'the':
    case 'The':
    case 'THE':
      if (word === 'THE' && tag !== 'DT') return undefined;
      return context.vowelFollows ? 'ði' : 'ðə';
    case 'vs':
    case 'vs.':
      return tag === 'IN' ? lexicon.lookPlain('versus') : undefined;
    case 'used':
    case 'Used':
    case 'USED':
      if ((tag === 'VBD' || tag === 'JJ') && context.toFollows) return lexicon.lookReading('used', 'VBD');
      return lexicon.lookPlain('used');
  }
  return undefined;
}

/** "U.S.", "J.", "a.m.": no part between dots is longer than two letters. */
function isDottedInitials(word: string): boolean {
  return (
    /^\p{L}{0,2}(?:\.+\p{L}{1,2})*\.*$/u.test(word) &&
    /\p{L}.*\.|\..*\p{L}/u.test(word) &&
    /\.[^.]/.test(word.replace(/^\.+/, ''))
  );
}
