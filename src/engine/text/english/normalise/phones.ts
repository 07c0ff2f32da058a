// Telephone numbers, digit by digit in their groups.
import { type MappedText, type Rewrite, rewriteWhole } from '../mapped-text.ts';

const international = /(?<![\w+])\+(\d{1,3}(?:[ .-]\(?\d{2,5}\)?){2,5})(?![\w-])/g;
const northAmerican =
  /(?<![\w.-])(?:(1)[-. ])?(?:\((\d{3})\) ?|([2-9]\d{2})[-. ])(\d{3})[-. ](\d{4})(?![\w-]|\.\d)/g;
const local = /(?<![\w.,-])([2-9]\d{2})-(\d{4})(?![\w-]|\.\d)/g;

export function normalisePhones(text: MappedText): void {
  if (!/\d{3}/.test(text.text)) return;
  text.replace(international, ([match, groups]) =>
    rewriteWhole(match!, `plus ${writeGroups(groups!.split(/[^\d]+/))}`),
  );
  text.replace(northAmerican, ([match, country, bracketed, plain, exchange, line]) =>
    spellGroups(match!, [country, bracketed ?? plain, exchange, line]),
  );
  text.replace(local, ([match, exchange, line]) => spellGroups(match!, [exchange, line]));
}

function spellGroups(match: string, groups: readonly (string | undefined)[]): Rewrite {
  return rewriteWhole(match, writeGroups(groups));
}

function writeGroups(groups: readonly (string | undefined)[]): string {
  return groups
    .filter((group) => group)
    .map((group) => [...group!].join(' '))
    .join(', ');
}
