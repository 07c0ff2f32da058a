// Lets the user hear a job, from its first chunk on while the rest is made, through the first player that is installed.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { TtsError } from '../api/errors.ts';
import { findProgram } from '../api/find-program.ts';
import type { JobView } from '../api/job.ts';
import { downloadResult } from './download.ts';
import { pathOf } from './each-job.ts';
import { waitForJob } from './follow.ts';
import { getExtension } from './format.ts';
import { checkCompleted } from './outcome.ts';
import type { Session } from './session.ts';

interface Player {
  flags: string[];
  /** Raw samples say nothing of themselves; `file` cannot read a pipe. */
  takes: 'wav' | 'pcm' | 'file';
}

/** What the daemon's raw samples are: 24 kHz, 16 bits, one channel. */
const PLAYERS: Record<string, Player> = {
  ffplay: { flags: ['-nodisp', '-autoexit', '-loglevel', 'error', '-i', 'pipe:0'], takes: 'wav' },
  mpv: { flags: ['--no-video', '--really-quiet', '-'], takes: 'wav' },
  paplay: { flags: ['--raw', '--rate=24000', '--format=s16le', '--channels=1'], takes: 'pcm' },
  aplay: { flags: ['-q', '-t', 'raw', '-f', 'S16_LE', '-r', '24000', '-c', '1'], takes: 'pcm' },
  afplay: { flags: [], takes: 'file' },
};
export const PLAYER_NAMES = Object.keys(PLAYERS);

export interface FoundPlayer extends Player {
  path: string;
}

/** Undefined when none is installed. */
export function findPlayer(): FoundPlayer | undefined {
  for (const [name, player] of Object.entries(PLAYERS)) {
    const path = findProgram(name);
    if (path !== undefined) return { ...player, path };
  }
  return undefined;
}

/** Throws `output_unwritable` where there is none. */
export function requirePlayer(): FoundPlayer {
  const player = findPlayer();
  if (player) return player;
  throw new TtsError(
    'output_unwritable',
    `No player is installed (${PLAYER_NAMES.join(', ')}). Write a file instead: -o FILE`,
  );
}

/** Until it has been heard to the end, or `signal` stops it. Throws when the player or the job fails. */
export async function playJob(
  session: Session,
  job: Pick<JobView, 'id'>,
  player: FoundPlayer,
  signal?: AbortSignal,
): Promise<void> {
  if (player.takes === 'file') return playFile(session, await waitForJob(session, job.id, signal), player);
  const { ended, input, stop } = startPlayer(player);
  signal?.addEventListener('abort', stop, { once: true });
  let failure: unknown;
  try {
    for await (const part of readStream(session, job.id, player.takes, signal)) {
      if (!(await write(input, part))) break;
    }
  } catch (error) {
    failure = error;
  }
  input.end();
  await ended.catch((error) => {
    if (!signal?.aborted) throw failure instanceof TtsError ? failure : error;
  });
  if (failure !== undefined && !signal?.aborted) throw failure;
}

/** Goes on where it broke off: the bytes of a job's stream are always the same. */
async function* readStream(
  session: Session,
  id: string,
  format: 'wav' | 'pcm',
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  let had = 0;
  let etag: string | undefined;
  for (;;) {
    const { client } = session;
    const hadBefore = had;
    try {
      const reply = await client.stream(pathOf(id, `/stream?format=${format}`), {
        ...(etag === undefined ? {} : { from: { bytes: had, etag } }),
        signal,
      });
      etag = reply.etag;
      for await (const part of reply.bytes) {
        had += part.length;
        yield part;
      }
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof TtsError && ['daemon_unreachable', 'draining'].includes(error.code)))
        throw error;
      const job = await client.get<JobView>(pathOf(id)).catch(() => undefined);
      if (job === undefined) await session.reopen(client, signal);
      // A stream also breaks off when its job comes to nothing.
      else if (job.finished_at !== null) checkCompleted(job);
      if (job !== undefined && had === hadBefore) throw error;
    }
  }
}

async function playFile(session: Session, job: JobView, player: FoundPlayer): Promise<void> {
  checkCompleted(job);
  const folder = await mkdtemp(join(tmpdir(), 'tts-'));
  try {
    const path = join(folder, `sound.${getExtension(job.format)}`);
    await downloadResult(session, job, { kind: 'file', name: path, path });
    const { ended, input } = startPlayer({ ...player, flags: [...player.flags, path] });
    input.end();
    await ended;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function startPlayer({ path, flags }: FoundPlayer) {
  const child: ChildProcess = spawn(path, flags, { stdio: ['pipe', 'ignore', 'pipe'] });
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  ended.catch(() => undefined);
  let said = '';
  child.stderr!.on('data', (part) => {
    said += part;
  });
  // Its end says why it reads no more.
  child.stdin!.on('error', () => undefined);
  child.once('error', reject);
  child.once('close', (code) => {
    // ffplay ends well when it found nothing to play on.
    if (code === 0 && !/audio open failed|failed to open/i.test(said)) return resolve();
    const reason = said.trim().split('\n').at(-1) || `it ended with code ${code}`;
    return reject(new TtsError('output_unwritable', `${path} could not play the sound: ${reason}`));
  });
  return { ended, input: child.stdin!, stop: () => child.kill() };
}

/** False once nobody reads any more. */
async function write(output: Writable, part: Buffer): Promise<boolean> {
  if (output.destroyed) return false;
  if (output.write(part)) return true;
  return new Promise((resolve) => {
    output.once('drain', () => resolve(true));
    output.once('close', () => resolve(false));
  });
}
