// The story of one sentence: from tagged tokens to phonemes, back to front because a word's sound depends on the next.
import { isConsonant, isPause, isVowel } from './alphabet.ts';
import { addS } from './endings.ts';
import type { Context, Lexicon } from './lexicon.ts';
import { isMoneySign } from './number-phonemes.ts';
import { type Group, groupPieces, type Piece } from './pieces.ts';
import { pronounceWord } from './pronounce-word.ts';
import { balanceStress } from './stress.ts';
import type { Token } from './token.ts';

/** Guesses how a word that is not listed sounds; '' where it can't. */
export type GuessWord = (word: string) => Promise<string>;

export interface SpokenGroup {
  start: number;
  end: number;
  phonemes: string;
  spaceAfter: boolean;
  isMark: boolean;
}

export async function pronounceSentence(
  tokens: readonly Token[],
  lexicon: Lexicon,
  guess: GuessWord,
): Promise<SpokenGroup[]> {
  const groups = groupPieces(tokens);
  const spoken: SpokenGroup[] = [];
  let context: Context = { vowelFollows: undefined, toFollows: false };
  for (let i = groups.length - 1; i >= 0; i--) {
    const group = groups[i]!;
    const first = group[0]!;
    const last = group.at(-1)!;
    const place = { start: first.start, end: last.end, spaceAfter: last.spaceAfter };
    const given = first.phonemes;
    if (given !== undefined) {
      context = updateContext(context, given, first);
      spoken.push({ ...place, phonemes: given, isMark: !isWord(first) });
      continue;
    }
    const stem = groups[i - 1]?.at(-1);
    if (stem?.phonemes && isWord(stem) && !stem.spaceAfter && endText(group, 0) === "'s") {
      const ending = addS(stem.phonemes).slice(stem.phonemes.length);
      spoken.push({ ...place, phonemes: ending, isMark: false });
      continue;
    }
    const found = await pronounceGroup(group, context, lexicon, guess);
    context = found.context;
    spoken.push({ ...place, start: found.start, phonemes: found.phonemes, isMark: false });
  }
  return spoken.reverse();
}

function isWord({ text }: Piece): boolean {
  return /[\p{L}\p{N}]/u.test(text) || isMoneySign(text);
}

/** Takes the longest listed combination at the end, then the longest before it, and so on. */
async function pronounceGroup(
  group: Group,
  context: Context,
  lexicon: Lexicon,
  guess: GuessWord,
): Promise<{ start: number; phonemes: string; context: Context }> {
  const parts: string[] = group.map(() => '');
  let right = group.length;
  let next = context;
  let isGuessed = false;
  while (right > 0) {
    let left = 0;
    let phonemes: string | undefined;
    for (; left < right; left++) {
      const piece = mergePieces(group, left, right);
      phonemes = pronounceWord(piece.text, piece.tag, piece.currency, left === 0, next, lexicon);
      if (phonemes !== undefined) break;
    }
    if (phonemes !== undefined) {
      parts[left] = phonemes;
      next = updateContext(next, phonemes, mergePieces(group, left, right));
      right = left;
    } else if (isSilent(group[right - 1]!.text)) {
      right--;
    } else {
      right--;
      const guessed = await guess(group[right]!.text);
      const isPossessive = guessed !== '' && endText(group, right + 1) === "'s";
      parts[right] = isPossessive ? addS(guessed) : guessed;
      if (isPossessive) parts.fill('', right + 1);
      next = updateContext(next, parts[right]!, group[right]!);
      isGuessed = true;
    }
  }
  // A quotation mark that could have been an apostrophe belongs to no word.
  const first = group.find((piece, i) => parts[i] !== '' || !isSilent(piece.text)) ?? group[0]!;
  return { start: first.start, phonemes: joinParts(group, parts, isGuessed), context: next };
}

function endText(group: Group, from: number): string {
  return group
    .slice(from)
    .map(({ text }) => text)
    .join('');
}

/** The pieces `left` to `right` as one; the tag is that of its weightiest piece. */
function mergePieces(group: Group, left: number, right: number): Piece {
  const first = group[left]!;
  if (right - left === 1) return first;
  let heaviest = first;
  let text = '';
  let currency: string | undefined;
  for (let i = left; i < right; i++) {
    const piece = group[i]!;
    text += piece.text;
    currency ??= piece.currency;
    if (weighText(piece.text) > weighText(heaviest.text)) heaviest = piece;
  }
  return { ...group[right - 1]!, text, start: first.start, tag: heaviest.tag, currency };
}

function weighText(text: string): number {
  let weight = 0;
  for (const character of text) weight += character === character.toLowerCase() ? 1 : 2;
  return weight;
}

/** Parts of different kinds ("F-16", "and/or") and guessed ones are spoken apart; of one kind ("well-known") as one word with one lead stress. */
function joinParts(group: Group, parts: string[], isGuessed: boolean): string {
  const text = group.map((piece) => piece.text).join('');
  const kinds = new Set(
    [...text]
      .filter((c) => !isSilent(c))
      .map((c) => (/\p{L}/u.test(c) ? 'letter' : /\d/.test(c) ? 'digit' : 'other')),
  );
  if (isGuessed || text.includes('/') || kinds.size > 1) return parts.filter((part) => part !== '').join(' ');
  balanceStress(
    parts,
    group.map((piece) => piece.text.length === 1),
  );
  return parts.join('');
}

function isSilent(text: string): boolean {
  return /^["',\-._‘’“”/;:!?—…]*$/.test(text);
}

/** What the piece before will find after it. */
function updateContext(context: Context, phonemes: string, { text, tag }: Piece): Context {
  let { vowelFollows } = context;
  for (const phoneme of phonemes) {
    if (isPause(phoneme) || phoneme === ')') vowelFollows = undefined;
    else if (isVowel(phoneme)) vowelFollows = true;
    else if (isConsonant(phoneme)) vowelFollows = false;
    else continue;
    break;
  }
  const toFollows = text === 'to' || text === 'To' || (text === 'TO' && (tag === 'TO' || tag === 'IN'));
  return { vowelFollows, toFollows };
}
