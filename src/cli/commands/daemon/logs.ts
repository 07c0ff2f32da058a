// tts daemon logs: the end of the daemon's log, and with --follow what comes.
import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { getLogFile } from '../../../api/endpoint.ts';
import { TtsError } from '../../../api/errors.ts';
import { showControls } from '../../control-characters.ts';
import { catchInterrupt } from '../../interrupt.ts';
import { findDataDir } from '../../locate.ts';
import type { Options } from '../../options.ts';
import { print } from '../../output.ts';
import { formatTime } from '../../render.ts';

const DEFAULT_LINES = 50;
/** A log file is looked at this often: watching a file by event misses its replacement. */
const POLL_MS = 250;
const TAIL_BYTES = 4 * 1024 * 1024;

export async function run(_args: readonly string[], options: Options): Promise<number> {
  const file = getLogFile(findDataDir());
  if (!existsSync(file)) {
    throw new TtsError(
      'daemon_unreachable',
      `There is no log yet at ${file}. Start the daemon with: tts daemon start`,
    );
  }
  const size = statSync(file).size;
  const end = await readFrom(file, Math.max(0, size - TAIL_BYTES), size);
  const show = (line: string) => print(options.json ? line : showControls(formatEntry(line)));
  end.lines.slice(-(options.tail ?? DEFAULT_LINES)).forEach(show);
  if (options.follow) await follow(file, end.offset, show);
  return 0;
}

/** Until it is interrupted. A file that became shorter was replaced: it is read from its start. */
async function follow(file: string, from: number, show: (line: string) => void): Promise<void> {
  const { signal, stop } = catchInterrupt();
  let offset = from;
  while (!signal.aborted) {
    const size = existsSync(file) ? statSync(file).size : 0;
    if (size < offset) offset = 0;
    if (size > offset) {
      const more = await readFrom(file, offset, size);
      more.lines.forEach(show);
      offset = more.offset;
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  stop();
}

/** The whole lines in a range of bytes, and where the next one begins. */
async function readFrom(
  file: string,
  start: number,
  end: number,
): Promise<{ lines: string[]; offset: number }> {
  await using handle = await open(file);
  const bytes = Buffer.alloc(end - start);
  await handle.read(bytes, 0, bytes.length, start);
  const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
  const lines = whole.toString().split('\n').slice(0, -1);
  return { lines, offset: start + whole.length };
}

const LEVELS: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** A line of JSON as a line for people; any other line as it is. */
function formatEntry(line: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line);
  } catch {
    return line;
  }
  const { time, level, msg, pid, hostname, name, ...rest } = entry;
  const when = typeof time === 'number' || typeof time === 'string' ? formatTime(time) : '';
  const extra = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [when, LEVELS[Number(level)] ?? level, msg, ...extra]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}
