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
  /** Empty: the daemon's default. */
  language: string;
  /** Those that were set; the model of the voice decides which count. */
  params: Readonly<Partial<Record<ModelParameter, number>>>;
}

/** As the daemon names and bounds them: `CLAMPED_RANGES`. */
export const MODEL_PARAMETERS = {
  temperature: { min: 0, max: 1.5, standard: 0.8 },
  exaggeration: { min: 0.25, max: 2, standard: 0.5 },
  cfg_weight: { min: 0.2, max: 1, standard: 0.5 },
} as const;
export type ModelParameter = keyof typeof MODEL_PARAMETERS;

export const EMPTY_DRAFT: Draft = {
  text: '',
  voice: '',
  format: 'mp3',
  speed: 1,
  seed: 0,
  label: '',
  chunkSize: 120,
  language: '',
  params: {},
};

export function toJobRequest(draft: Draft): JobRequest {
  return {
    text: draft.text,
    format: draft.format,
    speed: draft.speed,
    seed: draft.seed,
    chunk_size: draft.chunkSize,
    class: 'interactive',
    ...draft.params,
    ...(draft.language === '' ? {} : { language: draft.language }),
    ...(draft.voice === '' ? {} : { voice: draft.voice }),
    ...(draft.label.trim() === '' ? {} : { label: draft.label.trim() }),
  };
}
