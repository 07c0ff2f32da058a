// Which formats can be made on this machine. All but AAC need nothing that is not in the package.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AUDIO_FORMATS, type AudioFormat } from '../../api/job.ts';

const LOOK_MS = 5000;

export async function findFormats(): Promise<readonly AudioFormat[]> {
  const hasFfmpeg = await promisify(execFile)('ffmpeg', ['-version'], { timeout: LOOK_MS }).then(
    () => true,
    () => false,
  );
  return AUDIO_FORMATS.filter((format) => format !== 'aac' || hasFfmpeg);
}
