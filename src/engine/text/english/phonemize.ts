// The English front end: any text to phonemes, each word with its place in the user's text.
import type { Phonemized, Phonemizer } from '../phonemizer.ts';
import { assemble } from './assemble.ts';
import { Lexicon } from './lexicon.ts';
import { loadEnglishData } from './load-data.ts';
import { MappedText } from './mapped-text.ts';
import { clean } from './normalise/clean.ts';
import { putLinks, takeLinks } from './normalise/links.ts';
import { makeNormaliser } from './normalise/normalise.ts';
import { pronounceSentence, type SpokenGroup } from './pronounce.ts';
import { splitSentences } from './sentences.ts';
import { tagSentence } from './tag.ts';
import { tokenise } from './tokenise.ts';
import { UnlistedWords } from './unlisted.ts';

/** Opens the front end on the tables in `modelDir`; throws where one is missing. */
export async function openEnglishPhonemizer(modelDir: string): Promise<Phonemizer> {
  const { tagger, exceptions, ...data } = await loadEnglishData(modelDir);
  const lexicon = new Lexicon(data.lexicon);
  const normalise = makeNormaliser(data.normalise);
  const unlisted = new UnlistedWords(modelDir, data.phonemes);
  const guess = (word: string): Promise<string> => unlisted.guess(word);

  async function phonemize(text: string): Promise<Phonemized> {
    const mapped = new MappedText(text);
    const linked = takeLinks(mapped, (character) => data.phonemes.has(character));
    const warnings = [...clean(mapped), ...linked.warnings];
    normalise(mapped);
    const tokens = tokenise(mapped.text, exceptions);
    putLinks(tokens, linked.links);
    const spoken: SpokenGroup[] = [];
    for (const sentence of splitSentences(tokens)) {
      tagSentence(sentence, tagger);
      for (const group of await pronounceSentence(sentence, lexicon, guess)) spoken.push(group);
    }
    const result = assemble(spoken, mapped);
    if (result.words.length === 0) warnings.push('Nothing in this text can be spoken.');
    return { ...result, warnings };
  }
  return { phonemize, close: () => unlisted.close() };
}
