// Signs that have a name, and the last of what nobody can say.
import type { MappedText } from '../mapped-text.ts';
import { type NormaliseTables, writeAlternatives } from './tables.ts';

const numberSign = /(?<![\w&])#(?=\d)/g;
const sharp = /\b([A-GJ])#(?!\w)/g;
/** "B2B", but not "H2O". */
const letterToLetter = /\b([A-Z])2(?=[A-NP-RT-Z]\b)/g;
const arrow = /(?<=\s|^)(?:->|=>)(?=\s|$)|→/g;
const dash = /(?<=\s)(?:-{1,3}|–)(?=\s)|--+/g;
/** A line drawn under a heading, and the dashes of a command's option. */
const rule = /[-=_*]{4,}/g;
const optionDash = /(?<=\s|^)--(?=\w)/g;
const elision = /(?<!\w)'(?:Tis|Twas|Twere|Twill|Em|Cause|Til|Bout)\b/g;
const rockAndRoll = /(?<= )'n'(?= )/gi;
const unspoken = /[^\p{L}\p{N}\p{M}\s\ue000-\uf8ff.,;:!?…—–"'()$£€%&+@/-]/gu;
/** A run of the same mark is one mark, but dots keep their meaning. */
const repeatedMark = /([!?,;:])\1+|[.…]{4,}/g;
const doubleColon = /::+/g;
const space = /\s+/g;

export function makeSymbolRules({ symbols }: NormaliseTables): (text: MappedText) => void {
  const named = new RegExp(writeAlternatives(Object.keys(symbols)), 'gu');
  return (text) => {
    text.replace(numberSign, () => ({ text: 'number ', from: 0, to: 1 }));
    text.replace(sharp, ([, letter]) => `${letter} sharp`);
    text.replace(letterToLetter, ([, letter]) => `${letter} to `);
    text.replace(arrow, () => ' to ');
    text.replace(rockAndRoll, () => 'and');
    text.replace(elision, ([word]) => word!.toLowerCase());
    text.replace(rule, () => ' ');
    text.replace(optionDash, () => '');
    text.replace(dash, () => '—');
    text.replace(doubleColon, () => ' ');
    text.replace(named, ([symbol]) => {
      const name = symbols[symbol!];
      return name === undefined ? undefined : ` ${name.trim()} `;
    });
    text.replace(unspoken, () => ' ');
    text.replace(repeatedMark, ([run, mark]) => mark ?? run!.slice(0, 3));
    text.replace(space, () => ' ');
  };
}
