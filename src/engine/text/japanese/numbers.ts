// Figures as Japanese says them, in katakana.

const DIGITS = ['ゼロ', 'イチ', 'ニ', 'サン', 'ヨン', 'ゴ', 'ロク', 'ナナ', 'ハチ', 'キュー'];
const GROUPS = ['', 'マン', 'オク', 'チョー'];
const MOST_DIGITS = 16;
/** Where digit and power change each other. */
const HUNDREDS: Readonly<Record<number, string>> = {
  1: 'ヒャク',
  3: 'サンビャク',
  6: 'ロッピャク',
  8: 'ハッピャク',
};
const THOUSANDS: Readonly<Record<number, string>> = { 1: 'セン', 3: 'サンゼン', 8: 'ハッセン' };

/** `figure`: digits, with commas between thousands and a point. */
export function sayFigure(figure: string): string {
  const [whole = '', fraction] = figure.replaceAll(',', '').split('.');
  return sayInteger(whole) + (fraction === undefined ? '' : `テン${sayDigits(fraction)}`);
}

function sayInteger(digits: string): string {
  if (digits.length > MOST_DIGITS || /^0\d/.test(digits)) return sayDigits(digits);
  if (/^0*$/.test(digits)) return DIGITS[0]!;
  let said = '';
  for (let group = Math.ceil(digits.length / 4) - 1; group >= 0; group--) {
    const end = digits.length - 4 * group;
    const four = Number(digits.slice(Math.max(0, end - 4), end));
    if (four === 0) continue;
    const isOneThousand = group > 0 && Math.floor(four / 1000) === 1;
    said += (isOneThousand ? 'イッ' : '') + sayFour(four) + GROUPS[group]!;
  }
  // イチ before チョー is doubled into it.
  return said.replace('イチチョー', 'イッチョー');
}

function sayFour(four: number): string {
  const [thousands, hundreds, tens, ones] = [four / 1000, (four / 100) % 10, (four / 10) % 10, four % 10].map(
    Math.floor,
  );
  return (
    (thousands ? (THOUSANDS[thousands] ?? `${DIGITS[thousands]}セン`) : '') +
    (hundreds ? (HUNDREDS[hundreds] ?? `${DIGITS[hundreds]}ヒャク`) : '') +
    (tens ? `${tens === 1 ? '' : DIGITS[tens]}ジュー` : '') +
    (ones ? DIGITS[ones] : '')
  );
}

function sayDigits(digits: string): string {
  return [...digits].map((digit) => DIGITS[Number(digit)]).join('');
}
