// What somebody is about to have spoken; kept in the browser until it is.
import { CLAMPED_RANGES } from '../../api/clamped-ranges.ts';
import type { AudioFormat, JobRequest } from '../../api/job.ts';
import type { Voice } from '../../api/voices.ts';

export interface Draft {
  text: string;
  /** Empty: the daemon's default. */
  voice: string;
  format: AudioFormat;
  /** These are null as long as nobody has chosen: the voice's own, else the daemon's default. */
  speed: number | null;
  seed: number | null;
  chunkSize: number | null;
  label: string;
  /** Empty: the daemon's default. */
  language: string;
  /** Those that were set; the model of the voice decides which count. */
  params: Readonly<Partial<Record<ModelParameter, number>>>;
}

const { temperature, exaggeration, cfg_weight } = CLAMPED_RANGES;
/** Those that only some models have. */
export const MODEL_PARAMETERS = { temperature, exaggeration, cfg_weight };
export type ModelParameter = keyof typeof MODEL_PARAMETERS;

export const EMPTY_DRAFT: Draft = {
  text: '',
  voice: '',
  format: 'mp3',
  speed: null,
  seed: null,
  chunkSize: null,
  label: '',
  language: '',
  params: {},
};

/** What the daemon takes where a job says nothing; from `GET /api/ui/initial-data`. */
export interface Defaults {
  speed_factor: number;
  seed: number;
  chunk_size: number;
  temperature: number;
  exaggeration: number;
  cfg_weight: number;
}

/** A text with settings to start from. */
export interface Preset {
  name: string;
  text: string;
  params: Readonly<Record<string, number | string>>;
}

export interface PageData {
  presets: readonly Preset[];
  config: { generation_defaults: Defaults };
}
export const PAGE_DATA = 'api/ui/initial-data';

/** The pace at which the draft will be spoken. */
export function getSpeed(draft: Draft, voice: Voice | undefined, defaults: Defaults | undefined): number {
  return draft.speed ?? voice?.defaults.speed ?? defaults?.speed_factor ?? 1;
}

export function getParameter(
  name: ModelParameter,
  draft: Draft,
  voice: Voice | undefined,
  defaults: Defaults,
): number {
  return draft.params[name] ?? voice?.defaults[name] ?? defaults[name];
}

export function startFrom({ text, params }: Preset, draft: Draft): Draft {
  const number = (name: string) => (typeof params[name] === 'number' ? params[name] : null);
  const names = Object.keys(MODEL_PARAMETERS).filter((name) => number(name) !== null);
  return {
    ...draft,
    text,
    speed: number('speed_factor'),
    seed: number('seed'),
    chunkSize: number('chunk_size'),
    params: Object.fromEntries(names.map((name) => [name, number(name)])),
  };
}

/** What was left as it is stays out, so that the voice and the daemon decide. */
export function toJobRequest(draft: Draft): JobRequest {
  return {
    text: draft.text,
    format: draft.format,
    class: 'interactive',
    ...draft.params,
    ...(draft.speed !== null && { speed: draft.speed }),
    ...(draft.seed !== null && { seed: draft.seed }),
    ...(draft.chunkSize !== null && { chunk_size: draft.chunkSize }),
    ...(draft.language !== '' && { language: draft.language }),
    ...(draft.voice !== '' && { voice: draft.voice }),
    ...(draft.label.trim() !== '' && { label: draft.label.trim() }),
  };
}
