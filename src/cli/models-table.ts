// The verbs below `tts models`, as its help shows them.
import type { Verb } from './verb.ts';

export const MODELS_VERBS: readonly Verb[] = [
  {
    name: 'models',
    args: '',
    about: 'List the models; below it: pull, show, add and remove them',
    flags: [],
    examples: [
      ['tts models', 'those that are here, and those that can be had'],
      ['tts models pull kokoro', '54 voices in nine languages'],
    ],
    load: () => import('./commands/models/list.ts'),
  },
  {
    name: 'models list',
    args: '',
    about: 'List the models that are here, and those that can be had',
    flags: [],
    examples: [
      ['tts models list', 'the same as tts models'],
      ['tts models list --json', 'with everything that is known of each'],
    ],
    load: () => import('./commands/models/list.ts'),
  },
  {
    name: 'models pull',
    args: '<model...>',
    about: 'Download models; what was broken off goes on where it stopped',
    flags: [],
    examples: [
      ['tts models pull kokoro', 'one model'],
      ['tts models pull piper-de_DE-thorsten-medium piper-fr_FR-siwis-medium', 'several'],
    ],
    load: () => import('./commands/models/pull.ts'),
  },
  {
    name: 'models show',
    args: '<model...>',
    about: 'Show all that is known of models',
    flags: [],
    examples: [
      ['tts models show kokoro', 'size, licence, voices, sources'],
      ['tts models show kokoro --json', 'for a script'],
    ],
    load: () => import('./commands/models/show.ts'),
  },
  {
    name: 'models add',
    args: '<path>',
    about: 'Add a model from this machine: a folder, a zip or tar file, or an .onnx file',
    flags: [{ flags: '--id <id>', about: 'what it is called; else that follows from its files' }],
    examples: [
      ['tts models add en_US-amy-medium.onnx', 'a Piper voice, with its .onnx.json beside it'],
      ['tts models add kokoro.zip --id kokoro-mine', 'a file with everything in it'],
    ],
    load: () => import('./commands/models/add.ts'),
  },
  {
    name: 'models rm',
    args: '<model...>',
    about: 'Remove models that were pulled or added, and what is left of broken pulls',
    flags: [],
    examples: [
      ['tts models rm kokoro', 'one model, and its voices'],
      ['tts models rm kokoro piper-en_US-joe-medium', 'several'],
    ],
    load: () => import('./commands/models/rm.ts'),
  },
];
