// Cuts tokens further into pieces that can be looked up alone, and joins what is written without a space into groups.
import { isPause } from './alphabet.ts';
import { isMoneySign } from './number-phonemes.ts';
import type { Token } from './token.ts';

/** A part of a written word, or a mark. */
export interface Piece {
  text: string;
  tag: string;
  start: number;
  end: number;
  spaceAfter: boolean;
  /** Set on marks (with '' for silent ones) and on what the user pronounced; else found later. */
  phonemes: string | undefined;
  /** The money sign that stands before this amount. */
  currency: string | undefined;
}

/** Pieces written together that may be words only in combination ("dogs'", "T-shirt"), or one mark. */
export type Group = Piece[];

const pieceParts = [
  /^['‘’]+/,
  /\p{Lu}(?=\p{Lu}\p{Ll})/u,
  /(?:^-)?(?:\d|[,.]\d)(?:[,.]?\d)*/,
  /[-_]+/,
  /['‘’]{2,}/,
  /\p{L}*?(?:['‘’]\p{L})*?\p{Ll}(?=\p{Lu})/u,
  /\p{L}+(?:['‘’]\p{L})*/u,
  /[^-_\p{L}'‘’\d]/u,
  /['‘’]/,
];
const piecePattern = new RegExp(pieceParts.map(({ source }) => source).join('|'), 'gu');

const markTags = new Set(['.', ',', '-LRB-', '-RRB-', '``', "''", ':', '$', '#', 'NFP']);
const brackets = new Map([
  ['-LRB-', '('],
  ['-RRB-', ')'],
]);

/** No listed word has more pieces, and the search for the longest grows with their square. */
const longestGroup = 24;

export function groupPieces(tokens: readonly Token[]): Group[] {
  const groups: Group[] = [];
  let open: Group | undefined;
  let currency: string | undefined;
  for (const token of tokens) {
    for (const piece of cutToken(token)) {
      if (piece.phonemes === undefined) {
        if (isMoneySign(piece.text)) {
          currency = piece.text;
          piece.phonemes = '';
        } else {
          if (isMark(piece)) piece.phonemes = pronounceMark(piece);
          else piece.currency = currency;
          currency = undefined;
        }
      }
      if (piece.phonemes !== undefined) {
        groups.push([piece]);
        open = undefined;
        continue;
      }
      if (open && open.length < longestGroup) open.push(piece);
      else {
        open = [piece];
        groups.push(open);
      }
      if (piece.spaceAfter) open = undefined;
    }
  }
  return groups;
}

function cutToken(token: Token): Piece[] {
  const { tag, phonemes } = token;
  if (phonemes !== undefined) return [{ ...token, currency: undefined }];
  const pieces: Piece[] = [];
  for (const match of token.text.matchAll(piecePattern)) {
    const start = token.start + match.index;
    const end = start + match[0].length;
    pieces.push({
      text: match[0],
      tag,
      start,
      end,
      spaceAfter: false,
      phonemes: undefined,
      currency: undefined,
    });
  }
  const last = pieces.at(-1);
  if (last) last.spaceAfter = token.spaceAfter;
  return pieces;
}

function isMark({ text, tag }: Piece): boolean {
  if (/["“”]/.test(text)) return true;
  // An apostrophe may be part of a word ("'twas", "dogs'"), whatever the tagger takes it for.
  if (text === "'") return false;
  return markTags.has(tag) && !/\p{L}|\d/u.test(text);
}

function pronounceMark({ text, tag }: Piece): string {
  if (text === '(' || text === ')') return text;
  if (tag === ':' && (text === '-' || text === '–')) return '—';
  const bracket = brackets.get(tag);
  if (bracket !== undefined) return bracket;
  return [...text].filter(isPause).join('');
}
