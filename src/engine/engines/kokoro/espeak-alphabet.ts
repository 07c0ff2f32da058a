// espeak-ng's phonemes, the letters of one sound tied together, in the alphabet that Kokoro was trained on.
import type { AlphabetTable } from '../../text/translate-phonemes.ts';

export const TIE = '^';

export const ESPEAK_ALPHABET: AlphabetTable = {
  [`a${TIE}ɪ`]: 'I',
  [`a${TIE}ʊ`]: 'W',
  [`d${TIE}z`]: 'ʣ',
  [`d${TIE}ʒ`]: 'ʤ',
  [`e${TIE}ɪ`]: 'A',
  [`o${TIE}ʊ`]: 'O',
  [`ə${TIE}ʊ`]: 'Q',
  [`s${TIE}s`]: 'S',
  [`t${TIE}s`]: 'ʦ',
  [`t${TIE}ʃ`]: 'ʧ',
  [`ɔ${TIE}ɪ`]: 'Y',
  [TIE]: '',
  '-': '',
  // One letter with its tilde in some versions, two in others; the model knows the two.
  ã: 'a\u0303',
  õ: 'o\u0303',
  ũ: 'u\u0303',
  ĩ: 'i\u0303',
  ẽ: 'e\u0303',
};
