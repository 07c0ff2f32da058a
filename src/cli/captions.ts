// --captions FILE: the captions of a finished job, in the format that the name ends in; whole under that name or not at all.
import { open, rename, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { CAPTION_FORMATS, type CaptionFormat } from '../api/captions.ts';
import { TtsError } from '../api/errors.ts';
import type { JobView } from '../api/job.ts';
import { openDestination, openEarly, placeJob } from './destination.ts';
import { pathOf } from './each-job.ts';
import { claimPart } from './part-file.ts';
import type { Session } from './session.ts';
import { isTemplate, type Place } from './template.ts';
import { describeUnwritable } from './unwritable.ts';

/** Before the job is made. Throws `usage` on a name of no format, `output_unwritable` where it cannot be written. */
export async function checkCaptions(output: string, jobs = 1): Promise<void> {
  readCaptionFormat(output);
  if (isTemplate(output)) {
    await openEarly(output);
    return;
  }
  if (jobs > 1)
    throw new TtsError(
      'usage',
      `The captions of ${jobs} jobs would all be written to ${output}. Use a template: --captions '{id}.srt'`,
    );
  await openDestination(output);
}

export async function saveCaptions(
  session: Session,
  job: JobView,
  output: string,
  place: Place,
): Promise<void> {
  const text = await session.client.getText(pathOf(job.id, `/captions.${readCaptionFormat(output)}`));
  const name = await placeJob(output, job, place);
  const destination = await openDestination(name);
  // A name that ends in .srt is never stdout.
  if (destination.kind === 'stdout') return;
  try {
    if (destination.kind === 'device') await write(destination.path, text);
    else {
      const part = await claimPart(destination.path, `${job.id}.captions`);
      try {
        await write(part, text);
        await rename(part, destination.path);
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
    }
  } catch (error) {
    throw describeUnwritable(name, error);
  }
}

async function write(path: string, text: string): Promise<void> {
  await using file = await open(path, 'w');
  await file.writeFile(text);
  // A pipe cannot be synced.
  await file.sync().catch(() => undefined);
}

function readCaptionFormat(output: string): CaptionFormat {
  const ending = extname(output).slice(1).toLowerCase();
  const format = CAPTION_FORMATS.find((known) => known === ending);
  if (format !== undefined) return format;
  throw new TtsError(
    'usage',
    `--captions ${output}: the name must end in ${CAPTION_FORMATS.map((known) => `.${known}`).join(', ')}.`,
  );
}
