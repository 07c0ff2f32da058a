// The verbs below `tts daemon`, as its help shows them.
import { parseCount } from './options.ts';
import type { Verb } from './verb.ts';

export const DAEMON_VERBS: readonly Verb[] = [
  {
    name: 'daemon start',
    args: '',
    about: 'Start the daemon in the background',
    flags: [],
    examples: [
      ['tts daemon start', 'and say where it listens'],
      ['TTSD_PORT=0 tts daemon start', 'with a free port for HTTP'],
    ],
    load: () => import('./commands/daemon/start.ts'),
  },
  {
    name: 'daemon stop',
    args: '',
    about: 'Finish what is in hand and stop; the queue is kept',
    flags: [],
    examples: [
      ['tts daemon stop', 'until the next start'],
      ['tts daemon stop --json', 'with the pid it had'],
    ],
    load: () => import('./commands/daemon/stop.ts'),
  },
  {
    name: 'daemon restart',
    args: '',
    about: 'Stop and start; running jobs go on where they were',
    flags: [],
    examples: [
      ['tts daemon restart', 'after a change in config.yaml'],
      ['TTSD_CONFIG=./test.yaml tts daemon restart', 'with another configuration'],
    ],
    load: () => import('./commands/daemon/restart.ts'),
  },
  {
    name: 'daemon status',
    args: '',
    about: 'Show whether it runs, where it listens and how much it has to do',
    flags: [],
    examples: [
      ['tts daemon status', 'for people; exit code 69 when it is down'],
      ['kill -0 $(tts daemon status -q)', 'its pid for a script'],
    ],
    load: () => import('./commands/daemon/status.ts'),
  },
  {
    name: 'daemon logs',
    args: '',
    about: "Show the end of the daemon's log",
    flags: [
      { flags: '-n, --tail <count>', about: 'how many lines (50)', parse: parseCount },
      { flags: '--follow', about: 'and what comes, until Ctrl-C' },
    ],
    examples: [
      ['tts daemon logs --follow', 'live'],
      ['tts daemon logs -n 1000 --json', 'as it is in the file'],
    ],
    load: () => import('./commands/daemon/logs.ts'),
  },
  {
    name: 'daemon install',
    args: '',
    about: 'Let the system start the daemon: systemd (with its socket) or launchd',
    flags: [],
    examples: [
      ['tts daemon install', 'at login, and whenever it is asked something'],
      ['tts daemon install && loginctl enable-linger', 'also while nobody is logged in'],
    ],
    load: () => import('./commands/daemon/install.ts'),
  },
  {
    name: 'daemon uninstall',
    args: '',
    about: 'Take the service away; jobs, voices and settings stay',
    flags: [],
    examples: [
      ['tts daemon uninstall', 'tts starts the daemon by itself again'],
      ['tts daemon uninstall --json', 'which files are gone'],
    ],
    load: () => import('./commands/daemon/uninstall.ts'),
  },
  {
    name: 'daemon key new',
    args: '<name>',
    about: 'Make an API key and print it, once: only its hash is kept',
    flags: [],
    examples: [
      ['tts daemon key new living-room', 'for a program on another machine'],
      ['tts daemon key new backup -q > key.txt', 'the key alone'],
    ],
    load: () => import('./commands/daemon/key/new.ts'),
  },
  {
    name: 'daemon key list',
    args: '',
    about: 'List the API keys: id, name, made, last used (to the hour)',
    flags: [],
    examples: [
      ['tts daemon key list', 'for people'],
      ['tts daemon key list --json', 'for a script'],
    ],
    load: () => import('./commands/daemon/key/list.ts'),
  },
  {
    name: 'daemon key revoke',
    args: '<key...>',
    about: 'Refuse keys from now on, named by id or name',
    flags: [],
    examples: [
      ['tts daemon key revoke living-room', 'by name'],
      ['tts daemon key revoke 3f9a01bc', 'by id'],
    ],
    load: () => import('./commands/daemon/key/revoke.ts'),
  },
  {
    name: 'daemon backup',
    args: '<file>',
    about: 'Save all jobs and texts to a file while the daemon works',
    flags: [{ flags: '--force', about: 'overwrite the file' }],
    examples: [
      ['tts daemon backup jobs.db', 'results are made again from it'],
      ['tts daemon backup --force /backup/ttsd.db', 'every night, from cron'],
    ],
    load: () => import('./commands/daemon/backup.ts'),
  },
  {
    name: 'daemon restore',
    args: '<file>',
    about: 'Go back to a backup; the present jobs are moved aside',
    flags: [],
    examples: [
      ['tts daemon restore jobs.db', 'stops the daemon meanwhile'],
      ['TTSD_DATA_DIR=./new tts daemon restore jobs.db', 'into another data directory'],
    ],
    load: () => import('./commands/daemon/restore.ts'),
  },
];
