// Figures as Mandarin says them.

const DIGITS = '零一二三四五六七八九';
const TENS = ['', '十', '百', '千'];
const GROUPS = ['', '万', '亿', '万亿'];
/** Longer ones are read digit by digit. */
const MOST_DIGITS = 16;

/** `digits`: as many as there are, without separators. */
export function sayInteger(digits: string): string {
  const plain = digits.replace(/^0+(?=\d)/, '');
  if (plain.length > MOST_DIGITS || plain.length < digits.length) return sayDigits(digits);
  if (plain === '0') return DIGITS[0]!;
  let said = '';
  let zeros = false;
  for (let i = 0; i < plain.length; i++) {
    const place = plain.length - 1 - i;
    const digit = Number(plain[i]);
    if (digit === 0) zeros = true;
    else {
      if (zeros) said += DIGITS[0];
      zeros = false;
      said += DIGITS[digit]! + TENS[place % 4]!;
    }
    const isGroupEnd = place % 4 === 0;
    if (isGroupEnd && /[1-9]/.test(plain.slice(Math.max(0, i - 3), i + 1))) said += GROUPS[place / 4]!;
  }
  return said.replace(/^一十/, '十');
}

export function sayDigits(digits: string): string {
  return [...digits].map((digit) => DIGITS[Number(digit)]).join('');
}

/** What is said for a figure with what stands around it: `3.5`, `1,000`, `65%`, `2024年`. */
export function sayFigure(figure: string, next: string): string {
  const isPercent = figure.endsWith('%');
  const [whole = '', fraction] = figure.replace(/[,%]/g, '').split('.');
  const isYear = next === '年' && /^\d{4}$/.test(figure);
  const said = (isYear ? sayDigits(whole) : sayInteger(whole)) + (fraction ? `点${sayDigits(fraction)}` : '');
  return isPercent ? `百分之${said}` : said;
}
