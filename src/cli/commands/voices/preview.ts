// tts voices preview: a sentence in a voice, aloud or into a file.
import { TtsError } from '../../../api/errors.ts';
import { openDestination, openEarly, placeJob } from '../../destination.ts';
import { downloadResult } from '../../download.ts';
import { guessFormat, readFormat } from '../../format.ts';
import type { Options } from '../../options.ts';
import { playJob, requirePlayer } from '../../play.ts';
import { withSession } from '../../session.ts';
import { show } from '../../show.ts';
import { pathOfVoice } from '../../voice-path.ts';

export async function run([voice]: readonly string[], options: Options): Promise<number> {
  const { output } = options;
  const format =
    options.format === undefined
      ? output === undefined
        ? undefined
        : guessFormat(output)
      : readFormat(options.format);
  const player = output === undefined ? requirePlayer() : undefined;
  const early = output === undefined ? undefined : await openEarly(output);
  const path = pathOfVoice(voice!, `/preview${format === undefined ? '' : `?format=${format}`}`);
  return withSession(options, async (session) => {
    const job = await session.client.getJobOf(path);
    if (job.result === null)
      throw new TtsError('job_not_ready', `The preview of ${voice} is not ready; try again.`);
    if (player) {
      await playJob(session, job, player);
      show(options, job, () => []);
      return 0;
    }
    const destination = early ?? (await openDestination(await placeJob(output!, job, { n: 1 })));
    await downloadResult(session, job, destination);
    if (destination.kind !== 'stdout')
      show(options, { ...job, file: destination.name }, () => [destination.name]);
    return 0;
  });
}
