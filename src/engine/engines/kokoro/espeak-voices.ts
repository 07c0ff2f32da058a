// espeak-ng's names of the languages that it phonemises for Kokoro, by the first part of the language's tag.
export const ESPEAK_VOICES: Readonly<Record<string, string>> = {
  es: 'es',
  fr: 'fr-fr',
  hi: 'hi',
  it: 'it',
  pt: 'pt-br',
};
