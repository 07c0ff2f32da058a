// Plays a sound file with the first player that is installed.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { TtsError } from '../api/errors.ts';

const PLAYERS: Record<string, string[]> = {
  ffplay: ['-nodisp', '-autoexit', '-loglevel', 'error'],
  mpv: ['--no-video', '--really-quiet'],
  paplay: [],
  aplay: ['-q'],
  afplay: [],
};
export const PLAYER_NAMES = Object.keys(PLAYERS);

/** The path of the player and its flags; undefined when none is installed. */
export function findPlayer(): { path: string; flags: string[] } | undefined {
  for (const [name, flags] of Object.entries(PLAYERS)) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name);
      if (folder && isProgram(path)) return { path, flags };
    }
  }
  return undefined;
}

/** Until it has been heard to the end. */
export function playFile(player: { path: string; flags: string[] }, file: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(player.path, [...player.flags, file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (part) => {
    said += part;
  });
  child.once('error', reject);
  child.once('close', (code) => {
    // ffplay ends well when it found nothing to play on.
    if (code === 0 && !/audio open failed|failed to open/i.test(said)) return resolve();
    const reason = said.trim().split('\n').at(-1) || `it ended with code ${code}`;
    return reject(new TtsError('output_unwritable', `${player.path} could not play the sound: ${reason}`));
  });
  return promise;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
