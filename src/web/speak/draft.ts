// What somebody is about to have spoken; kept in the browser until it is.
import type { AudioFormat, JobRequest } from '../../api/job.ts';

export interface Draft {
  text: string;
  /** Empty: the daemon's default. */
  voice: string;
  format: AudioFormat;
  speed: number;
  /** 0: a new one for each job. */
  seed: number;
  label: string;
  chunkSize: number;
}

export const EMPTY_DRAFT: Draft = {
  text: '',
  voice: '',
  format: 'mp3',
  speed: 1,
  seed: 0,
  label: '',
  chunkSize: 120,
};

export function toJobRequest(draft: Draft): JobRequest {
  return {
    text: draft.text,
    format: draft.format,
    speed: draft.speed,
    seed: draft.seed,
    chunk_size: draft.chunkSize,
    class: 'interactive',
    ...(draft.voice === '' ? {} : { voice: draft.voice }),
    ...(draft.label.trim() === '' ? {} : { label: draft.label.trim() }),
  };
}
