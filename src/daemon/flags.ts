// The command line of ttsd.
import { parseArgs } from 'node:util';
import { TtsError } from '../api/errors.ts';
import type { Flags } from './config.ts';

export const HELP = `Usage: ttsd [options]

Turns text into speech; takes jobs over HTTP and a Unix socket and never loses one.

  --host HOST        address to listen on (127.0.0.1)
  --port PORT        port to listen on (8004); 0 lets the system choose
  --socket PATH      Unix socket to listen on
  --data-dir DIR     where jobs and results are kept
  --config FILE      configuration (config.yaml in the config directory)
  --log-level LEVEL  trace, debug, info, warn, error or fatal (info)
  --restore FILE     put this backup in the place of the job database, and end
  --check            only say whether the configuration (with --restore: the backup) can be used
  --foreground       stay in the foreground (the default)
  --version          print the version
  --help             print this

Environment: TTSD_HOST, TTSD_PORT, TTSD_DATA_DIR, TTSD_CONFIG, TTSD_LOG_LEVEL; flags win.
Start it in the background: tts daemon start
`;

/** Throws `usage` on a flag that does not exist. */
export function readFlags(): Flags & {
  help?: boolean;
  version?: boolean;
  restore?: string;
  check?: boolean;
} {
  try {
    const { values } = parseArgs({
      options: {
        host: { type: 'string' },
        port: { type: 'string' },
        socket: { type: 'string' },
        'data-dir': { type: 'string' },
        config: { type: 'string' },
        'log-level': { type: 'string' },
        restore: { type: 'string' },
        check: { type: 'boolean' },
        foreground: { type: 'boolean' },
        version: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const { 'data-dir': dataDir, 'log-level': logLevel, foreground: _, ...rest } = values;
    return {
      ...rest,
      ...(dataDir === undefined ? {} : { dataDir }),
      ...(logLevel === undefined ? {} : { logLevel }),
    };
  } catch (cause) {
    throw new TtsError('usage', `${(cause as Error).message}\nSee: ttsd --help`, { cause });
  }
}
