// What a person can do with a job, from wherever it shows.
import type { AudioFormat } from '../api/job.ts';
import type { RedoBody, TextReply } from '../api/v1.ts';
import { get, post, resolveUrl } from './daemon/client.ts';
import type { JobView } from './daemon/job-state.ts';
import { noteJobs, whileLeaving } from './daemon/jobs.ts';
import { showView } from './route.ts';
import { EMPTY_DRAFT } from './speak/draft.ts';
import { setStored } from './stored.ts';
import { tellError } from './ui/toasts.tsx';

export const CAPTION_FORMATS = ['srt', 'vtt', 'json'] as const;

export async function cancelJob(job: JobView): Promise<void> {
  try {
    await whileLeaving(job.id, async () =>
      noteJobs([(await post<{ job: JobView }>(`v1/jobs/${job.id}/cancel`)).job]),
    );
  } catch (error) {
    tellError(error);
  }
}

export async function retryJob(job: JobView): Promise<void> {
  try {
    noteJobs([await post<JobView>(`v1/jobs/${job.id}/retry`)]);
  } catch (error) {
    tellError(error);
  }
}

/** Makes the job once more with one chunk said anew, and shows that one. */
export async function redoChunk(job: JobView, body: RedoBody): Promise<void> {
  try {
    const made = await post<JobView>(`v1/jobs/${job.id}/redo`, body);
    noteJobs([made]);
    hear(made);
  } catch (error) {
    tellError(error);
  }
}

/** Shows the job with its player. */
export function hear(job: JobView): void {
  setStored('ttsd.job', job.id);
  showView('speak');
}

/** Puts the job's text and settings into the editor, to be changed and spoken again. */
export async function editAgain(job: JobView): Promise<void> {
  try {
    const { text } = await get<TextReply>(`v1/jobs/${job.id}/text`);
    const { voice, format, speed, seed, label } = job;
    setStored('ttsd.draft', { ...EMPTY_DRAFT, text, voice, format, speed, seed, label: label ?? '' });
    showView('speak');
  } catch (error) {
    tellError(error);
  }
}

/** The finished file in its own format; in another it is encoded on the way. */
export function getDownloadUrl(job: JobView, format: AudioFormat): string {
  return resolveUrl(
    format === job.format
      ? `tts/${job.id}/result`
      : `v1/jobs/${job.id}/stream?format=${format}&download=true`,
  );
}

export function getCaptionsUrl(job: JobView, format: (typeof CAPTION_FORMATS)[number]): string {
  return resolveUrl(`v1/jobs/${job.id}/captions.${format}`);
}
