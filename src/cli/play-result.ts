// Lets the user hear a finished job, where there is something to hear it with.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobView } from '../api/job.ts';
import { downloadResult } from './download.ts';
import { getExtension } from './format.ts';
import type { Options } from './options.ts';
import { note } from './output.ts';
import { findPlayer, PLAYER_NAMES, playFile } from './play.ts';
import type { Session } from './session.ts';
import { show } from './show.ts';

/** Gives the exit code. */
export async function playResult(session: Session, job: JobView, options: Options): Promise<number> {
  const player = findPlayer();
  if (player) {
    const folder = await mkdtemp(join(tmpdir(), 'tts-'));
    try {
      const path = join(folder, `sound.${getExtension(job.format)}`);
      await downloadResult(session, job, { kind: 'file', name: path, path });
      await playFile(player, path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } else {
    note(
      `No player is installed (${PLAYER_NAMES.join(', ')}). The sound is kept: tts fetch ${job.id} -o FILE`,
    );
  }
  show(options, job, () => []);
  return 0;
}
