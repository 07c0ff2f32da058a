// The English front end: any text to phonemes, each word with its place in the user's text.
import type { Phonemized, PhonemizedWord, Phonemizer } from '../phonemizer.ts';
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
  const unlisted = new UnlistedWords(modelDir);
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
      spoken.push(...(await pronounceSentence(sentence, lexicon, guess)));
    }
    const result = assemble(spoken, mapped);
    if (result.words.length === 0) warnings.push('Nothing in this text can be spoken.');
    return { ...result, warnings };
  }
  return { phonemize, close: () => unlisted.close() };
}

function assemble(
  spoken: readonly SpokenGroup[],
  mapped: MappedText,
): { phonemes: string; words: PhonemizedWord[] } {
  let phonemes = '';
  const words: PhonemizedWord[] = [];
  /** A mark was heard since the last word, so the next one is a word of its own. */
  let parted = true;
  let moneySign: number | undefined;
  for (const group of spoken) {
    const text = finish(group.phonemes);
    if (group.isMark) {
      if (text !== '' && (phonemes !== '' || isOpening(text))) {
        phonemes = `${isOpening(text) ? phonemes : phonemes.trimEnd()}${text}`;
        parted = true;
      }
    } else if (text === '') moneySign ??= group.start;
    else {
      const { start, end } = mapped.findSource(moneySign ?? group.start, group.end);
      const last = words.at(-1);
      const phonemeStart = phonemes.length;
      phonemes += text;
      if (last && (start < last.end || (start === last.end && !parted))) {
        last.end = Math.max(last.end, end);
        last.phonemeEnd = phonemes.length;
      } else words.push({ start, end, phonemeStart, phonemeEnd: phonemes.length });
      parted = false;
      moneySign = undefined;
    }
    if (group.spaceAfter && phonemes !== '' && !phonemes.endsWith(' ')) phonemes += ' ';
  }
  return words.length === 0 ? { phonemes: '', words } : { phonemes: phonemes.trimEnd(), words };
}

/** It may stand first, and keeps the space before it. */
function isOpening(mark: string): boolean {
  return mark === '(' || mark === '—' || mark === '…';
}

/** The models know the flap as T and the glottal stop as t. */
function finish(phonemes: string): string {
  return phonemes.replaceAll('ɾ', 'T').replaceAll('ʔ', 't');
}
