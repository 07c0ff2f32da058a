// The verbs of tts as its help shows them: flags and examples. What a verb does is in commands/.
import { CAPTIONS_FLAG } from './captions-flag.ts';
import { CLONE_FLAGS } from './consent-flags.ts';
import { CONTEXT_VERBS } from './context-table.ts';
import { DAEMON_VERBS } from './daemon-table.ts';
import { LEXICON_VERBS } from './lexicon-table.ts';
import { MODELS_VERBS } from './models-table.ts';
import { parseCount, parseSeconds, parseWhole } from './options.ts';
import { TEXT_FLAGS } from './text-flags.ts';
import type { Flag, Verb } from './verb.ts';
import { VOICES_VERBS } from './voices-table.ts';

export const EXAMPLES: readonly [string, string][] = [
  ['tts say "Good morning." -o morning.wav', 'speak into a file'],
  ['tts enqueue -f book.txt --label book', 'queue a long text, get an id'],
  ['tts fetch --wait 0198c2f1 -o book.wav', 'bring it when it is ready'],
];

/** Understood before and after every verb. */
export const COMMON_FLAGS: readonly Flag[] = [
  { flags: '--json', about: 'one JSON object per line' },
  { flags: '-q, --quiet', about: 'bare ids only' },
  { flags: '--host <address>', about: 'unix:///path/to/socket or http://host:port (TTS_HOST)' },
  { flags: '--api-key <key>', about: 'sent to an http:// address; others see it in ps, TTS_KEY not' },
  {
    flags: '--timeout <duration>',
    about: 'give up after so many seconds, or 10m; exit code 124',
    parse: parseSeconds,
  },
  { flags: '--no-autostart', about: 'do not start the daemon when it is down (TTS_AUTOSTART=0)' },
];

export const VERBS: readonly Verb[] = [
  {
    name: 'say',
    args: '[text...]',
    about: 'Speak a text: into a file, to stdout, or aloud',
    flags: [
      {
        flags: '-o, --output <file>',
        about: 'where the sound goes; {id}, {label} and others are filled in, - is stdout',
      },
      CAPTIONS_FLAG,
      ...TEXT_FLAGS,
      ...CLONE_FLAGS,
    ],
    examples: [
      ['tts say "The kettle is on." -o kettle.wav', 'into a file'],
      ['tts say --clone anna.wav "It is Anna."', 'with the voice of a recording'],
      ['fortune | tts say -o - | aplay', 'from a pipe into a pipe'],
    ],
    load: () => import('./commands/say.ts'),
  },
  {
    name: 'enqueue',
    args: '[text...]',
    about: 'Queue a text and print its id; or many at once, all or none',
    flags: [
      ...TEXT_FLAGS,
      ...CLONE_FLAGS,
      { flags: '--each', about: 'the arguments are files, one job for each' },
      { flags: '--lines <file>', about: 'one job for each line of a file; - is stdin' },
      { flags: '--jsonl <file>', about: 'one job for each line: {"text": …, "voice": …}' },
      {
        flags: '-o, --output <template>',
        about: "of many: stay, and write each, as in '{stem}.mp3' or '{n:03}-{slug}.wav'",
      },
      CAPTIONS_FLAG,
      { flags: '--key <key>', about: 'the same key names the same job, however often it is sent' },
      { flags: '--at <time>', about: 'not before 18:30, 2027-01-31 or 2027-01-31T18:30' },
      { flags: '--in <duration>', about: 'not before 90s, 10m, 1h30m or 2d from now' },
    ],
    examples: [
      ['tts enqueue -f chapter.txt --label book', 'a file'],
      ['tts enqueue --lines prompts.txt --in 10m', 'many at once, all or none'],
      ["tts enqueue --each chapters/*.md -o '{stem}.mp3'", 'a folder, into files of the same names'],
    ],
    load: () => import('./commands/enqueue.ts'),
  },
  {
    name: 'book',
    args: '<file>',
    about: 'Speak an EPUB: a folder of chapters, or one M4B with chapter marks',
    flags: [
      {
        flags: '-o, --output <file>',
        about: "book.m4b, a folder, or a template ('{label}/{n:03}-{slug}.{ext}')",
      },
      ...TEXT_FLAGS.filter(({ flags }) => !flags.startsWith('-f,')),
      ...CLONE_FLAGS,
    ],
    examples: [
      ['tts book emma.epub', 'into Emma/001-chapter-i.mp3 and so on'],
      ['tts book emma.epub -v heart -o emma.m4b', 'into one file (needs ffmpeg); again: it goes on'],
    ],
    load: () => import('./commands/book.ts'),
  },
  {
    name: 'watch',
    args: '<folder>',
    about: 'Speak each .txt and .md file of a folder into a file beside it, until Ctrl-C',
    flags: [...TEXT_FLAGS.filter(({ flags }) => !flags.startsWith('-f,')), ...CLONE_FLAGS],
    examples: [
      ['tts watch inbox', 'inbox/news.txt becomes inbox/news.wav'],
      ['tts watch inbox --format mp3 -v heart', 'started again, it speaks what is new or has changed'],
    ],
    load: () => import('./commands/watch.ts'),
  },
  {
    name: 'status',
    args: '[id...]',
    about: 'Show what is going on, or the details of a job',
    flags: [{ flags: '--watch', about: 'live, until the jobs end or Ctrl-C' }],
    examples: [
      ['tts status', 'running, queued, and what ended last'],
      ['tts status 0198c2f1 --json', 'one job for a script'],
    ],
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'top',
    args: '',
    about: 'Watch and steer the queue on the whole screen',
    flags: [],
    examples: [
      ['tts top', 'move, pause, cancel, retry and hear jobs; q leaves'],
      ['tts top --host http://box:8004', 'of another machine'],
    ],
    load: () => import('./commands/top.ts'),
  },
  {
    name: 'wait',
    args: '<id...>',
    about: 'Wait until jobs have ended; 1 when one failed',
    flags: [
      { flags: '--all', about: 'until all have ended (default)' },
      { flags: '--any', about: 'until one has ended' },
    ],
    examples: [
      ['tts wait $(tts enqueue "Hello.")', 'until it is done'],
      ['tts wait 0198c2f1 0198c2f4 --any --timeout 5m', 'whichever comes first'],
    ],
    load: () => import('./commands/wait.ts'),
  },
  {
    name: 'fetch',
    args: '[id...]',
    about: 'Bring the sound of jobs to files',
    flags: [
      { flags: '--all', about: 'of all jobs, oldest first, instead of ids' },
      { flags: '--label <label>', about: 'only of those with this label' },
      {
        flags: '-o, --output <file>',
        about: "a file, a folder, or a template such as '{label}/{n:03}-{slug}.{ext}'; - is stdout",
      },
      { flags: '--wait', about: 'wait until it is ready' },
      CAPTIONS_FLAG,
    ],
    examples: [
      ['tts fetch 0198c2f1 -o hello.wav', 'one file'],
      ["tts fetch --wait --all --label book -o '{label}/{n:03}-{slug}.{ext}'", 'a book, when it is ready'],
    ],
    load: () => import('./commands/fetch.ts'),
  },
  {
    name: 'play',
    args: '<id...>',
    about: 'Hear jobs, also while they are made',
    flags: [],
    examples: [
      ['tts play 0198c2f1', 'from its first sentence on'],
      ['tts play $(tts list -q --label news)', 'one after the other'],
    ],
    load: () => import('./commands/play.ts'),
  },
  {
    name: 'cancel',
    args: '<id...>',
    about: 'Stop jobs that are queued or running',
    flags: [{ flags: '--now', about: 'do not wait for the piece of text in hand' }],
    examples: [
      ['tts cancel 0198c2f1', 'one job'],
      ['tts cancel $(tts list -q --state queued)', 'all that wait'],
    ],
    load: () => import('./commands/cancel.ts'),
  },
  {
    name: 'edit',
    args: '<id...>',
    about: 'Change the priority, label or time of jobs that wait',
    flags: [
      { flags: '--priority <number>', about: 'higher goes first, -100 to 100', parse: parseWhole },
      { flags: '--label <label>', about: 'another name; an empty one takes it away' },
      { flags: '--at <time>', about: 'not before 18:30, 2027-01-31 or 2027-01-31T18:30; now: at once' },
      { flags: '--in <duration>', about: 'not before 90s, 10m, 1h30m or 2d from now' },
    ],
    examples: [
      ['tts edit 0198c2f1 --priority 10', 'let it go before the others'],
      ['tts edit $(tts list -q --state queued) --at 22:00', 'tonight'],
    ],
    load: () => import('./commands/edit.ts'),
  },
  {
    name: 'pause',
    args: '',
    about: 'Hold the queue: what is in hand is finished, nothing else is begun',
    flags: [],
    examples: [
      ['tts pause', 'until tts resume, also over a restart'],
      ['tts pause && tts status', 'and see what waits'],
    ],
    load: () => import('./commands/pause.ts'),
  },
  {
    name: 'resume',
    args: '',
    about: 'Let the queue go on',
    flags: [],
    examples: [
      ['tts resume', 'jobs go on where they stopped'],
      ['sleep 3600 && tts resume', 'in an hour'],
    ],
    load: () => import('./commands/resume.ts'),
  },
  {
    name: 'list',
    args: '',
    about: 'List jobs, newest first',
    flags: [
      { flags: '--state <state>', about: 'queued, running, completed, failed or cancelled' },
      { flags: '--label <label>', about: 'only jobs with this label' },
      { flags: '--since <time>', about: 'made in the last 2h, or since a time as in --at' },
      { flags: '--search <words>', about: 'only jobs with these words in text or label' },
      { flags: '--limit <count>', about: 'how many at most (50)', parse: parseCount },
    ],
    examples: [
      ['tts list --state failed --since 1d', 'what went wrong since yesterday'],
      ['tts list --label book -q', 'ids for a script'],
      ['tts list --search "ferry left"', 'whatever speaks of it'],
    ],
    load: () => import('./commands/list.ts'),
  },
  {
    name: 'retry',
    args: '[id...]',
    about: 'Put failed or cancelled jobs back into the queue',
    flags: [{ flags: '--failed', about: 'all jobs that failed' }],
    examples: [
      ['tts retry 0198c2f1', 'one job'],
      ['tts retry --failed', 'all that failed'],
    ],
    load: () => import('./commands/retry.ts'),
  },
  {
    name: 'rm',
    args: '<id...>',
    about: 'Forget jobs that have ended, and their sound',
    flags: [],
    examples: [
      ['tts rm 0198c2f1', 'one job'],
      ['tts rm $(tts list -q --state cancelled)', 'all that were cancelled'],
    ],
    load: () => import('./commands/rm.ts'),
  },
  ...VOICES_VERBS,
  ...MODELS_VERBS,
  ...LEXICON_VERBS,
  ...CONTEXT_VERBS,
  ...DAEMON_VERBS,
  {
    name: 'doctor',
    args: '',
    about: 'Say what is wrong, and the one command that mends it; 1 when something is',
    flags: [{ flags: '--fix <what>', about: 'cuda: bring what onnxruntime needs for an NVIDIA card' }],
    examples: [
      ['tts doctor', 'everything that can be looked at from here'],
      ['tts doctor -q', 'only what has to be mended'],
      ['tts doctor --fix cuda', 'models run on the NVIDIA card from the next daemon on'],
    ],
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'completion',
    args: '<shell>',
    about: 'Print what makes TAB complete verbs, flags, voices, models and ids: bash, zsh or fish',
    flags: [],
    examples: [
      ['source <(tts completion bash)', 'now; for good, in ~/.bashrc (zsh: ~/.zshrc)'],
      ['tts completion fish | source', 'in ~/.config/fish/config.fish'],
    ],
    load: () => import('./commands/completion.ts'),
  },
];

/** What `tts` alone shows: all that a newcomer needs. */
export const FIRST_STEPS: readonly [string, string][] = [
  ['tts say "Good morning."', 'hear a text; -o morning.wav: into a file'],
  ['tts enqueue -f book.txt', 'queue a long text, get its id'],
  ['tts status', 'see what is going on; tts top: live'],
  ['tts fetch --wait ID -o book.wav', 'bring it when it is ready'],
  ['tts voices', 'see who can speak'],
];

export const FURTHER_HELP: readonly [string, string][] = [
  ['tts --help', 'all commands'],
  ['tts say --help', 'all about one of them'],
  ['tts doctor', 'what is wrong, and what mends it'],
];
