// A text front end for any language of espeak-ng: phonemes in IPA, with the marks that the text has.
import { makeLinkPattern } from '../markup/links.ts';
import type { Phonemized, PhonemizedWord, Phonemizer } from '../phonemizer.ts';
import { splitClauses } from './clauses.ts';
import { type EspeakOptions, openEspeak } from './espeak-process.ts';
import { matchWords } from './match-words.ts';

export function openEspeakPhonemizer(options: EspeakOptions): Phonemizer {
  const espeak = openEspeak(options);
  let ahead: { text: string; read: Promise<Phonemized> } | undefined;

  async function read(text: string): Promise<Phonemized> {
    const { plain, warnings } = takeWords(text);
    const clauses = splitClauses(plain);
    const spoken = await Promise.all(
      clauses.map(({ start, end }) => espeak.pronounce(plain.slice(start, end))),
    );
    let phonemes = '';
    const words: PhonemizedWord[] = [];
    for (const [i, { start, end, mark }] of clauses.entries()) {
      if (spoken[i] === '') continue;
      if (phonemes !== '') phonemes += ' ';
      for (const word of matchWords(plain.slice(start, end), spoken[i]!)) {
        words.push({
          start: start + word.start,
          end: start + word.end,
          phonemeStart: phonemes.length + word.phonemeStart,
          phonemeEnd: phonemes.length + word.phonemeEnd,
        });
      }
      phonemes += spoken[i]! + mark;
    }
    if (words.length === 0) warnings.push('Nothing in this text can be spoken.');
    return { phonemes, words, warnings };
  }

  return {
    async phonemize(text) {
      if (ahead?.text !== text) return read(text);
      const found = ahead.read;
      ahead = undefined;
      return found.catch(() => read(text));
    },
    readAhead(text) {
      if (ahead?.text === text) return;
      ahead = { text, read: read(text) };
      // Told to whoever asks for it.
      ahead.read.catch(() => {});
    },
    async close() {
      espeak.close();
    },
  };
}

/** The text with each link replaced by its word, everything staying in its place. */
function takeWords(text: string): { plain: string; warnings: string[] } {
  const warnings: string[] = [];
  const plain = text.replace(makeLinkPattern(), (link, word: string) => {
    warnings.push(
      `The pronunciation given for ${word} is in another alphabet than this voice's; it was left out.`,
    );
    return ` ${word}`.padEnd(link.length);
  });
  return { plain, warnings };
}
