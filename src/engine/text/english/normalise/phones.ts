// Telephone numbers, digit by digit in their groups.
import type { MappedText } from '../mapped-text.ts';

const international = /(?<![\w+])\+(\d{1,3}(?:[ .-]\(?\d{2,5}\)?){2,5})(?![\w-])/g;
const northAmerican = /(?<![\w.-])(?:(1)[-. ])?(?:\((\d{3})\) ?|([2-9]\d{2})[-. ])(\d{3})[-. ](\d{4})(?![\w-]|\.\d)/g;
const local = /(?<![\w.,-])([2-9]\d{2})-(\d{4})(?![\w-]|\.\d)/g;

export function normalisePhones(text: MappedText): void {
  if (!/\d{3}/.test(text.text)) return;
  text.replace(international, ([, groups]) => `plus ${spaceDigits(groups!.split(/[^\d]+/))}`);
  text.replace(northAmerican, ([, country, bracketed, plain, exchange, line]) =>
    spaceDigits([country, bracketed ?? plain, exchange, line]),
  );
  text.replace(local, ([, exchange, line]) => spaceDigits([exchange, line]));
}

function spaceDigits(groups: readonly (string | undefined)[]): string {
  return groups
    .filter((group) => group)
    .map((group) => [...group!].join(' '))
    .join(', ');
}
