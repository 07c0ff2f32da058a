// The verbs below `tts context`, as its help shows them.
import type { Verb } from './verb.ts';

export const CONTEXT_VERBS: readonly Verb[] = [
  {
    name: 'context add',
    args: '<name>',
    about: 'Give the daemon of another machine a name: the one of --host, with the key of TTS_KEY',
    flags: [],
    examples: [
      ['tts context add box --host http://box:8004', 'a daemon that asks for no key'],
      ['TTS_KEY=$(cat key.txt) tts context add box --host http://box:8004', 'with a key, kept for you alone'],
    ],
    load: () => import('./commands/context/add.ts'),
  },
  {
    name: 'context use',
    args: '<context>',
    about: 'Mean that daemon from now on; local is the one of this machine',
    flags: [],
    examples: [
      ['tts context use box', 'until another is used'],
      ['tts context use local', 'back to this machine'],
    ],
    load: () => import('./commands/context/use.ts'),
  },
  {
    name: 'context list',
    args: '',
    about: 'List the daemons that have names; * is the one in use',
    flags: [],
    examples: [
      ['tts context list', 'names and addresses'],
      ['tts context list --json', 'for a script'],
    ],
    load: () => import('./commands/context/list.ts'),
  },
  {
    name: 'context rm',
    args: '<context...>',
    about: 'Forget daemons and their keys',
    flags: [],
    examples: [
      ['tts context rm box', 'one'],
      ['tts context rm $(tts context list -q)', 'all'],
    ],
    load: () => import('./commands/context/rm.ts'),
  },
];
