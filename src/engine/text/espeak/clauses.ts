// Divides a text where espeak-ng would make a pause, since it does not tell which mark stood there.
import { endsSentence } from '../split/full-stop.ts';

export interface Clause {
  start: number;
  /** Without the mark. */
  end: number;
  /** What the models know: one of `.` `,` `;` `:` `!` `?`; '' where the text ends without one. */
  mark: string;
}

/** Marks of all scripts, as the models know them. */
const MARKS: Readonly<Record<string, string>> = {
  '.': '.',
  ',': ',',
  ';': ';',
  ':': ':',
  '!': '!',
  '?': '?',
  '…': '.',
  '—': ',',
  '–': ',',
  '。': '.',
  '．': '.',
  '！': '!',
  '？': '?',
  '，': ',',
  '、': ',',
  '；': ';',
  '：': ':',
  '।': '.',
  '॥': '.',
  '؟': '?',
  '،': ',',
  '؛': ';',
};
const PLACE = new RegExp(`[${Object.keys(MARKS).join('')}]|[^\\S\\n]-(?=\\s)|\\n\\s*\\n`, 'gu');
const WIDE = /[。．！？，、；：।॥—]/u;
const CLOSING = /["'”’»)\]}*_]/u;

/** Covers everything that could be spoken; clauses without a letter or a digit are left out, their marks too. */
export function splitClauses(text: string): Clause[] {
  const clauses: Clause[] = [];
  let start = 0;
  const add = (end: number, mark: string) => {
    if (/[\p{L}\p{N}]/u.test(text.slice(start, end))) clauses.push({ start, end, mark });
  };
  for (const { 0: found, index } of text.matchAll(PLACE)) {
    if (index < start) continue;
    const after = skipMarks(text, index + found.length);
    if (!isPause(text, index, after)) continue;
    add(index, getMark(text, index, after));
    start = after;
  }
  add(text.length, '');
  return clauses;
}

/** Of several marks in a row the one that says most: `?!` asks. */
function getMark(text: string, index: number, after: number): string {
  const marks = [...text.slice(index, after)].map((character) => MARKS[character]);
  for (const mark of ['?', '!', '.', ':', ';', ',']) if (marks.includes(mark)) return mark;
  return text.slice(index, after).includes('\n') ? '.' : ',';
}

function skipMarks(text: string, from: number): number {
  let at = from;
  while (at < text.length && (text[at]! in MARKS || CLOSING.test(text[at]!))) at++;
  return at;
}

function isPause(text: string, index: number, after: number): boolean {
  const mark = text[index]!;
  if (WIDE.test(mark) || /\s/.test(mark) || after >= text.length) return true;
  if (!/\s/.test(text[after]!)) return false;
  if (mark !== '.') return true;
  const next = after + /^\s*/.exec(text.slice(after))![0].length;
  return endsSentence(text, index, after, next) || /[,;:]/.test(text.slice(index + 1, after));
}
