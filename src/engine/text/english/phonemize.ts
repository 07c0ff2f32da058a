// The English front end: any text to phonemes, each word with its place in the user's text.
import type { Phonemized, PhonemizedWord, Phonemizer } from '../phonemizer.ts';
import { Lexicon } from './lexicon.ts';
import { loadExceptions, loadLexicon, loadTagger } from './load-data.ts';
import { MappedText } from './mapped-text.ts';
import { pronounceSentence, type SpokenGroup } from './pronounce.ts';
import { splitSentences } from './sentences.ts';
import { tagSentence } from './tag.ts';
import { tokenise } from './tokenise.ts';
import { UnlistedWords } from './unlisted.ts';

/** Opens the front end on the tables in `modelDir`; throws where one is missing. */
export async function openEnglishPhonemizer(modelDir: string): Promise<Phonemizer> {
  const lexicon = new Lexicon(loadLexicon(modelDir));
  const tagger = loadTagger(modelDir);
  const exceptions = loadExceptions(modelDir);
  const unlisted = new UnlistedWords(modelDir);
  const guess = (word: string): Promise<string> => unlisted.guess(word);

  async function phonemize(text: string): Promise<Phonemized> {
    const mapped = new MappedText(text);
    const warnings: string[] = [];
    const spoken: SpokenGroup[] = [];
    for (const sentence of splitSentences(tokenise(mapped.text, exceptions))) {
      tagSentence(sentence, tagger);
      spoken.push(...(await pronounceSentence(sentence, lexicon, guess)));
    }
    return { ...assemble(spoken, mapped), warnings };
  }
  return { phonemize, close: () => unlisted.close() };
}

function assemble(
  spoken: readonly SpokenGroup[],
  mapped: MappedText,
): { phonemes: string; words: PhonemizedWord[] } {
  let phonemes = '';
  const words: PhonemizedWord[] = [];
  for (const group of spoken) {
    const text = finish(group.phonemes);
    const phonemeStart = phonemes.length;
    phonemes += text;
    if (text !== '' && !group.isMark) {
      const source = mapped.findSource(group.start, group.end);
      words.push({ ...source, phonemeStart, phonemeEnd: phonemes.length });
    }
    if (group.spaceAfter && phonemes !== '' && !phonemes.endsWith(' ')) phonemes += ' ';
  }
  return { phonemes: phonemes.trimEnd(), words };
}

/** The models know the flap as T and the glottal stop as t. */
function finish(phonemes: string): string {
  return phonemes.replaceAll('ɾ', 'T').replaceAll('ʔ', 't');
}
