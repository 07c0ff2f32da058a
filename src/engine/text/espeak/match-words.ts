// Which part of what espeak-ng says belongs to which word. It joins words (`ʌvðə`: of the) and makes several of a number.

export interface Range {
  start: number;
  end: number;
}

export interface MatchedWord extends Range {
  phonemeStart: number;
  phonemeEnd: number;
}

/** So many groups may belong to one word, and so many words to one group. */
const MOST_GROUPS = 16;
const MOST_WORDS = 4;

/**
 * Ranges of `text` and of `spoken`, in order. As many groups as words go one to one; else they are joined so that the lengths of
 * words and phonemes agree best, and words that share a group share it by their lengths.
 */
export function matchWords(text: string, spoken: string): MatchedWord[] {
  const words = [...text.matchAll(/[\p{L}\p{N}\p{M}](?:\S*[\p{L}\p{N}\p{M}])?/gu)].map(
    ({ 0: word, index }) => ({
      start: index,
      end: index + word.length,
      weight: weigh(word),
    }),
  );
  const groups = [...spoken.matchAll(/\S+/g)].map(({ 0: group, index }) => ({
    start: index,
    end: index + group.length,
  }));
  if (words.length === 0 || groups.length === 0) return [];
  if (words.length === groups.length)
    return words.map(({ start, end }, i) => ({
      start,
      end,
      phonemeStart: groups[i]!.start,
      phonemeEnd: groups[i]!.end,
    }));
  const links = linkBest(
    words.map(({ weight }) => weight),
    groups.map(({ start, end }) => end - start),
  );
  return links.flatMap(({ word, words: count, group, groups: ofGroups }) => {
    const start = groups[group]!.start;
    const end = groups[group + ofGroups - 1]!.end;
    return share(words.slice(word, word + count), start, end);
  });
}

interface Link {
  word: number;
  words: number;
  group: number;
  groups: number;
}

/** The cheapest way through both rows, each step taking one word and some groups, or some words and one group. */
function linkBest(weights: readonly number[], lengths: readonly number[]): Link[] {
  const scale = sum(lengths) / sum(weights);
  const columns = lengths.length + 1;
  const costs = new Float64Array((weights.length + 1) * columns).fill(Infinity);
  const steps = new Map<number, Link>();
  costs[0] = 0;
  for (let word = 0; word < weights.length; word++) {
    for (let group = 0; group < lengths.length; group++) {
      const cost = costs[word * columns + group]!;
      if (cost === Infinity) continue;
      const take = (words: number, groups: number) => {
        if (word + words > weights.length || group + groups > lengths.length) return;
        const wanted = scale * sum(weights.slice(word, word + words));
        const total = cost + Math.abs(wanted - sum(lengths.slice(group, group + groups)));
        const to = (word + words) * columns + group + groups;
        if (total >= costs[to]!) return;
        costs[to] = total;
        steps.set(to, { word, words, group, groups });
      };
      for (let groups = 1; groups <= MOST_GROUPS; groups++) take(1, groups);
      for (let words = 2; words <= MOST_WORDS; words++) take(words, 1);
    }
  }
  const links: Link[] = [];
  let at = costs.length - 1;
  for (let link = steps.get(at); link !== undefined; link = steps.get(at)) {
    links.unshift(link);
    at = link.word * columns + link.group;
  }
  // No way through: one of the rows is far longer than the other.
  return links.length > 0 ? links : [{ word: 0, words: weights.length, group: 0, groups: lengths.length }];
}

function share(words: readonly (Range & { weight: number })[], start: number, end: number): MatchedWord[] {
  const total = sum(words.map(({ weight }) => weight));
  let passed = 0;
  return words.map((word) => {
    const phonemeStart = start + Math.round((passed / total) * (end - start));
    passed += word.weight;
    const phonemeEnd = start + Math.round((passed / total) * (end - start));
    return { start: word.start, end: word.end, phonemeStart, phonemeEnd };
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A digit sounds about as long as four letters, a character of Chinese as three. */
function weigh(word: string): number {
  let weight = 0;
  for (const character of word)
    weight += /\p{N}/u.test(character) ? 4 : /[\p{Script=Han}\p{Script=Hangul}]/u.test(character) ? 3 : 1;
  return weight;
}
