// Which formats can be made on this machine. All but AAC need nothing that is not in the package.
import { findProgram } from '../../api/find-program.ts';
import { AUDIO_FORMATS, type AudioFormat } from '../../api/job.ts';

export function findFormats(): readonly AudioFormat[] {
  // Found, not tried out: that would take a third of a whole start.
  const hasFfmpeg = findProgram('ffmpeg') !== undefined;
  return AUDIO_FORMATS.filter((format) => format !== 'aac' || hasFfmpeg);
}
