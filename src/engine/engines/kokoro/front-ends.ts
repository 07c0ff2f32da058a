// The text front end of each language that Kokoro speaks, opened when a speaker first needs it.
import type { ModelManifest } from '../../model/manifest.ts';
import { getBaseLanguage } from '../../text/base-language.ts';
import { openEspeakPhonemizer } from '../../text/espeak/espeak-phonemizer.ts';
import { requireEspeak } from '../../text/espeak/find-espeak.ts';
import type { Phonemizer } from '../../text/phonemizer.ts';
import { translate } from '../../text/translate-phonemes.ts';
import { parseBlend } from '../../voice/blend.ts';
import { ESPEAK_ALPHABET, TIE } from './espeak-alphabet.ts';
import { ESPEAK_VOICES } from './espeak-voices.ts';

export interface FrontEnds {
  /** By the language of the speaker, or of the first of a blend. Rejects with the remedy where a language needs what is not here. */
  find(speaker: string): Promise<Phonemizer>;
  close(): Promise<void>;
}

export function openFrontEnds(
  { id, speakers }: ModelManifest,
  openEnglish: () => Promise<Phonemizer>,
): FrontEnds {
  const opened = new Map<string, Promise<Phonemizer>>();

  function open(language: string): Promise<Phonemizer> {
    if (language === 'en') return openEnglish();
    if (language === 'ja')
      return import('../../text/japanese/phonemize.ts').then((it) => it.openJapanesePhonemizer(openEnglish));
    if (language === 'zh')
      return import('../../text/chinese/phonemize.ts').then((it) => it.openChinesePhonemizer(openEnglish));
    return openEspeak(language);
  }

  async function openEspeak(language: string): Promise<Phonemizer> {
    const voice = ESPEAK_VOICES[language];
    const name = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' }).of(language);
    if (voice === undefined) throw new Error(`Model ${id} has a speaker of ${name}, which it cannot read`);
    const program = requireEspeak(`${name} with model ${id}`);
    return translate(openEspeakPhonemizer({ program, voice, tie: TIE }), ESPEAK_ALPHABET);
  }

  return {
    async find(speaker) {
      const first = parseBlend(speaker)[0]!.name;
      const language = getBaseLanguage(speakers.find((one) => one.id === first)?.language ?? 'en');
      let found = opened.get(language);
      if (found === undefined) {
        found = open(language);
        opened.set(language, found);
        // The program may be installed while the model is loaded.
        found.catch(() => opened.delete(language));
      }
      return found;
    },
    async close() {
      for (const phonemizer of await Promise.allSettled(opened.values()))
        if (phonemizer.status === 'fulfilled') await phonemizer.value.close();
    },
  };
}
