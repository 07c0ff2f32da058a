// The text front end that a Piper voice needs: letters, espeak-ng, or for English our own.
import { getBaseLanguage } from '../../text/base-language.ts';
import { openEspeakPhonemizer } from '../../text/espeak/espeak-phonemizer.ts';
import { findEspeak, requireEspeak } from '../../text/espeak/find-espeak.ts';
import type { Phonemized, Phonemizer } from '../../text/phonemizer.ts';
import { translate } from '../../text/translate-phonemes.ts';
import { ENGLISH_IPA } from './english-ipa.ts';
import type { PiperConfig } from './voice-config.ts';

/** Throws with the remedy where the voice's language needs a program that is not here. */
export async function openFrontEnd(
  { phonemeType, espeakVoice }: PiperConfig,
  openEnglish: () => Promise<Phonemizer>,
): Promise<Phonemizer> {
  if (phonemeType === 'text') return { phonemize: async (text) => takeLetters(text), close: async () => {} };
  if (/^en(?:-|$)/.test(espeakVoice) && findEspeak() === undefined)
    return translate(await openEnglish(), ENGLISH_IPA);
  const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });
  const language = names.of(getBaseLanguage(espeakVoice));
  return openEspeakPhonemizer({
    program: requireEspeak(`A voice that speaks ${language}`),
    voice: espeakVoice,
  });
}

function takeLetters(text: string): Phonemized {
  const phonemes = text.toLowerCase();
  const words = [...phonemes.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map(({ 0: word, index }) => ({
    start: index,
    end: index + word.length,
    phonemeStart: index,
    phonemeEnd: index + word.length,
  }));
  const isSameLength = phonemes.length === text.length;
  return { phonemes, words: isSameLength ? words : [], warnings: [] };
}
