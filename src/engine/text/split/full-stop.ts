// Does a stop followed by white space end a sentence? Decided from a few words on each side, so that it costs the same
// wherever in the text it stands.
import { hasQuote } from './characters.ts';
import { afterClock, joiners, nameParts, numbered, speechVerbs, starters, titles } from './words.ts';

/** Longest word before a stop that is looked at. */
const LOOK_BEHIND = 24;
const LOOK_AHEAD = 64;

const opening = /^[\s"'“‘«‹([{<¿¡*_„‚「『（—–-]+/;

/**
 * `stop` is the position of the first stop, `after` the end of the stops and closing marks that follow it, `next` the first
 * position behind the white space. The stop is one of a script with spaces.
 */
export function endsSentence(text: string, stop: number, after: number, next: number): boolean {
  const ahead = text.slice(next, next + LOOK_AHEAD);
  const following = ahead.replace(opening, '');
  if (/^[,;:.!?…%&/]/.test(following)) return false;
  if (/^\p{Ll}/u.test(following) && !/^\p{Ll}\p{Lu}/u.test(following)) return false;
  const marks = text.slice(stop, after);
  const nextWord = (/^[\p{L}\p{N}.'’]+/u.exec(following)?.[0] ?? '').replace(/['’].*$|\.+$/, '');
  if (/[!?‽]/.test(marks)) return !(hasQuote(marks) && isSpeaker(following));
  if (/[[(]/.test(text[stop - 1] ?? '')) return false;
  const isEllipsis = /^(?:…|\.{2,})/.test(marks) || /\.\s$/.test(text.slice(Math.max(0, stop - 2), stop));
  if (isEllipsis) return nextWord !== 'I' && !/^\p{N}/u.test(nextWord);
  if (!marks.startsWith('.')) return true;
  return endsAfterWord(text, stop, nextWord);
}

/** "John said", "Mr. Van Dyke asked", with the sentence's own capitals. */
function isSpeaker(following: string): boolean {
  const beginning = following.split(/\s+/, 5);
  const verb = beginning.findIndex((word) => speechVerbs.has(word.replace(/\P{L}+$/u, '')));
  return (
    verb > 0 && beginning.slice(0, verb).every((word) => /^(?:\p{Lu}|the$|of$|de$|van$|von$)/u.test(word))
  );
}

function endsAfterWord(text: string, stop: number, nextWord: string): boolean {
  const behind = text.slice(Math.max(0, stop - LOOK_BEHIND), stop);
  const word = /[\p{L}\p{N}.&'’-]*$/u.exec(behind)?.[0] ?? '';
  if (isListNumber(behind, word)) return false;
  const lower = word.toLowerCase();
  const startsSentence = starters.has(nextWord.toLowerCase());
  if (joiners.has(lower)) return false;
  if (lower === 'a.m' || lower === 'p.m') return !afterClock.has(nextWord.toLowerCase());
  if (numbered.has(lower) && isNumeral(nextWord, lower)) return false;
  if (nameParts.has(lower)) return startsSentence;
  if (titles.has(lower) && (/^\p{Lu}/u.test(word) || lower.length > 2)) return false;
  // "It was I. Nobody else knew."
  if (word === 'I' && /(?:^|\s)\p{Ll}+\s+I$/u.test(behind)) return true;
  const isInitial = /^\p{Lu}$/u.test(word);
  const isAcronym = /^(?:\p{L}{1,2}\.)+\p{L}{1,2}$/u.test(word);
  if (isInitial || isAcronym) return startsSentence || nextWord === '' || (isInitial && /^\d/.test(nextWord));
  return true;
}

/** "1." or "a." or "IV." where a line, or a sentence, begins. */
function isListNumber(behind: string, word: string): boolean {
  if (!/^(?:\d{1,3}(?:\.\d{1,3})*|\p{L}|[IVXLC]{2,7})$/u.test(word)) return false;
  const before = behind.slice(0, behind.length - word.length);
  if (before === '') return true;
  if (/[\n\r\v\f\u2028\u2029][^\S\n\r]*[([*_]*$/.test(before)) return true;
  return /^(?:\d{1,2}|\p{Lu})$/u.test(word) && /[.!?:;]["'”’)]*\s+\(?$/.test(before);
}

/** "No. I" is an answer, "vol. I" a number. */
function isNumeral(word: string, before: string): boolean {
  return /^\p{N}/u.test(word) || (/^[IVXLC]{1,7}$/.test(word) && !(before === 'no' && word === 'I'));
}
