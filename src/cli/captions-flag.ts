// The flag that say and fetch share.
import type { Flag } from './verb.ts';

export const CAPTIONS_FLAG: Flag = {
  flags: '--captions <file>',
  about: 'captions as well: .srt, .vtt or .json; {id} and {label} are filled in',
};
