// The verbs below `tts lexicon`, as its help shows them.
import type { Verb } from './verb.ts';

export const LEXICON_VERBS: readonly Verb[] = [
  {
    name: 'lexicon list',
    args: '',
    about: 'List the words whose pronunciation you have set',
    flags: [],
    examples: [
      ['tts lexicon list', 'words and how they are said'],
      ['tts lexicon list --json', 'for a script'],
    ],
    load: () => import('./commands/lexicon/list.ts'),
  },
  {
    name: 'lexicon add',
    args: '<word> <say...>',
    about: 'Set how a word is said: as other words, or as /phonemes/',
    flags: [{ flags: '--language <code>', about: 'only for voices of this language, such as en' }],
    examples: [
      ['tts lexicon add nginx engine x', 'as other words, in any case: nginx, NGINX'],
      ['tts lexicon add Kokoro /kˈOkəɹO/', 'as phonemes, only where it is written so'],
    ],
    load: () => import('./commands/lexicon/add.ts'),
  },
  {
    name: 'lexicon rm',
    args: '<word...>',
    about: 'Let words be said as they were before',
    flags: [],
    examples: [
      ['tts lexicon rm nginx', 'one word'],
      ['tts lexicon rm $(tts lexicon list -q)', 'all, as long as none has a space in it'],
    ],
    load: () => import('./commands/lexicon/rm.ts'),
  },
];
