// The flags that say and enqueue share: the text and how it is spoken.
import { parseNumber, parseWhole } from './options.ts';
import type { Flag } from './verb.ts';

export const TEXT_FLAGS: readonly Flag[] = [
  { flags: '-f, --file <file>', about: 'read the text from a UTF-8 file; - is stdin' },
  { flags: '-v, --voice <voice>', about: 'who speaks; see tts voices' },
  { flags: '-m, --model <model>', about: 'the model that computes it' },
  { flags: '--format <format>', about: 'audio format; else the file name says it' },
  { flags: '--speed <factor>', about: '0.25 to 4; 1 is normal', parse: parseNumber },
  {
    flags: '--loudness <lufs>',
    about: '-30 to -12; how loud every voice is made; 0: as it is',
    parse: parseNumber,
  },
  { flags: '--seed <number>', about: 'the same seed makes the same sound', parse: parseWhole },
  { flags: '--temperature <number>', about: '0 to 1.5; how freely the voice varies', parse: parseNumber },
  { flags: '--exaggeration <number>', about: '0.25 to 2; how strongly it is played', parse: parseNumber },
  {
    flags: '--cfg-weight <number>',
    about: '0 to 1; how closely it keeps to the text',
    parse: parseNumber,
  },
  { flags: '--top-p <share>', about: '0 to 1; less keeps to what is likeliest', parse: parseNumber },
  { flags: '--min-p <share>', about: '0 to 1; more drops what is unlikely', parse: parseNumber },
  {
    flags: '--repetition-penalty <number>',
    about: '1 to 2; how much it avoids what it has said',
    parse: parseNumber,
  },
  { flags: '--chunk-size <characters>', about: '50 to 1000; length of a piece of text', parse: parseWhole },
  { flags: '--no-split', about: 'do not cut the text into pieces' },
  { flags: '--language <code>', about: 'language of the text, such as en' },
  { flags: '--label <label>', about: 'a name to find the job by' },
  { flags: '--priority <number>', about: '-100 to 100; higher goes first', parse: parseWhole },
];
