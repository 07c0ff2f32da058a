// `[word](/phonemes/)`: a pronunciation the user gives. A placeholder stands for it until the word is spoken.
import { makeLinkPattern } from '../../markup/links.ts';
import type { MappedText } from '../mapped-text.ts';
import type { Token } from '../token.ts';

const link = makeLinkPattern();
const privateUse = /[\ue000-\uf8ff]/g;
const firstPlaceholder = 0xe000;
const mostLinks = 0x1900;

export interface Link {
  word: string;
  phonemes: string;
}

/** Replaces the links of `text` and drops its private-use characters; a placeholder is one of those. */
export function takeLinks(
  text: MappedText,
  isPhoneme: (character: string) => boolean,
): { links: Link[]; warnings: string[] } {
  const links: Link[] = [];
  const unknown = new Set<string>();
  text.replace(privateUse, () => '');
  text.replace(link, ([, word, written]) => {
    if (links.length === mostLinks) return undefined;
    const phonemes = [...written!].filter((character) => {
      if (!isPhoneme(character)) unknown.add(character);
      return isPhoneme(character);
    });
    links.push({ word: word!, phonemes: phonemes.join('') });
    return {
      text: String.fromCharCode(firstPlaceholder + links.length - 1),
      from: 1,
      to: 1 + word!.length,
    };
  });
  const warnings =
    unknown.size === 0
      ? []
      : [`A given pronunciation has unknown phonemes, left out: ${[...unknown].join(' ')}`];
  return { links, warnings };
}

/** Gives the tokens that stand for links their word and its pronunciation. */
export function putLinks(tokens: readonly Token[], links: readonly Link[]): void {
  for (const token of tokens) {
    const found = links[token.text.charCodeAt(0) - firstPlaceholder];
    if (!found || token.text.length > 1) continue;
    token.text = found.word;
    token.phonemes = found.phonemes;
  }
}
