// The verbs below `tts voices`, as its help shows them.
import { CONSENT_FLAGS } from './consent-flags.ts';
import { parseNumber } from './options.ts';
import type { Verb } from './verb.ts';

export const VOICES_VERBS: readonly Verb[] = [
  {
    name: 'voices',
    args: '',
    about: 'List the voices; below it: add, show, preview and remove them',
    flags: [],
    examples: [
      ['tts voices', 'names, languages, models'],
      ['tts voices -q', 'names only'],
    ],
    load: () => import('./commands/voices/list.ts'),
  },
  {
    name: 'voices list',
    args: '',
    about: 'List the voices',
    flags: [],
    examples: [
      ['tts voices list', 'the same as tts voices'],
      ['tts voices list --json', 'with everything that is known of each'],
    ],
    load: () => import('./commands/voices/list.ts'),
  },
  {
    name: 'voices add',
    args: '[file]',
    about: 'Add a voice of your own: a clip of somebody speaking, or a voice otherwise set',
    flags: [
      { flags: '--name <name>', about: 'what it is called; a clip is called after its file' },
      { flags: '--description <text>', about: 'one sentence' },
      { flags: '--based-on <voice>', about: 'the voice that speaks it, or stands in for a clip' },
      { flags: '--speed <factor>', about: 'its own pace, 0.25 to 4', parse: parseNumber },
      ...CONSENT_FLAGS,
    ],
    examples: [
      ['tts voices add anna.wav --name Anna', 'a clip: WAV, MP3, FLAC or Ogg; asks for consent'],
      ['tts voices add --based-on heart --name Calm --speed 0.85', 'a voice at another pace'],
    ],
    load: () => import('./commands/voices/add.ts'),
  },
  {
    name: 'voices show',
    args: '<voice...>',
    about: 'Show all that is known of voices',
    flags: [],
    examples: [
      ['tts voices show heart', 'for people'],
      ['tts voices show heart --json', 'for a script'],
    ],
    load: () => import('./commands/voices/show.ts'),
  },
  {
    name: 'voices preview',
    args: '<voice>',
    about: 'Hear a sentence in a voice',
    flags: [
      { flags: '-o, --output <file>', about: 'into a file; - is stdout' },
      { flags: '--format <format>', about: 'audio format; else the file name says it' },
    ],
    examples: [
      ['tts voices preview heart', 'aloud'],
      ['tts voices preview heart -o heart.mp3', 'into a file'],
    ],
    load: () => import('./commands/voices/preview.ts'),
  },
  {
    name: 'voices rm',
    args: '<voice...>',
    about: 'Remove voices of your own; jobs that were queued with them are still made',
    flags: [],
    examples: [
      ['tts voices rm anna', 'one voice, and its clip'],
      ['tts voices rm anna calm', 'several'],
    ],
    load: () => import('./commands/voices/rm.ts'),
  },
];
