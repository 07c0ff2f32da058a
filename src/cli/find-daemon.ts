// Which daemon a command line talks to, and whether it may start one.
import { TtsError } from '../api/errors.ts';
import { findCurrent as readCurrent } from './contexts.ts';
import { type Address, findLocal, parseHost } from './locate.ts';
import type { Options } from './options.ts';

/** Where the daemon answers; starts it when it may. Throws `daemon_unreachable`. */
export async function findDaemon(options: Options): Promise<Address> {
  const host = getHost(options);
  if (host) return parseHost(host);
  const address = await findLocal();
  if (address) return address;
  if (!mayAutostart(options)) {
    throw new TtsError('daemon_unreachable', 'The daemon is not running. Start it with: tts daemon start');
  }
  const { startDaemon } = await import('./autostart.ts');
  return startDaemon();
}

/** What `--host` or `TTS_HOST` says, else the context in use; undefined: the daemon of this machine. */
export function getHost(options: Options): string | undefined {
  return options.host || process.env.TTS_HOST || findCurrentContext()?.host;
}

/** Without a context file, which is the usual case, nothing is loaded to read it. */
function findCurrentContext(): { host: string; apiKey: string | null } | undefined {
  // A data directory of its own says which daemon is meant.
  if (process.env.TTSD_DATA_DIR) return undefined;
  return readCurrent();
}

/** The API key to send to an http:// address. Throws `usage` for one that no header can carry. */
export function getApiKey(options: Options): string | undefined {
  const isOther = options.host || process.env.TTS_HOST;
  const kept = isOther ? undefined : findCurrentContext()?.apiKey;
  const key = options.apiKey || process.env.TTS_KEY || kept || undefined;
  if (key === undefined || /^[\x21-\x7e]+$/.test(key)) return key;
  throw new TtsError(
    'usage',
    'The API key holds a space or a character that is not ASCII. Was it copied whole?',
  );
}

export function mayAutostart(options: Options): boolean {
  return !getHost(options) && options.autostart !== false && process.env.TTS_AUTOSTART !== '0';
}
