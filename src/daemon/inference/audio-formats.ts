// Which formats can be made on this machine. All but AAC need nothing that is not in the package.
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { AUDIO_FORMATS, type AudioFormat } from '../../api/job.ts';

export async function findFormats(): Promise<readonly AudioFormat[]> {
  const hasFfmpeg = await isOnPath('ffmpeg');
  return AUDIO_FORMATS.filter((format) => format !== 'aac' || hasFfmpeg);
}

/** Found, not tried out: that would take a third of a whole start. */
async function isOnPath(program: string): Promise<boolean> {
  const places = (process.env.PATH ?? '').split(delimiter).filter((dir) => dir !== '');
  const looks = places.map((dir) => access(join(dir, program), constants.X_OK));
  return (await Promise.allSettled(looks)).some(({ status }) => status === 'fulfilled');
}
