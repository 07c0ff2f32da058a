// A job's plan: its text divided into chunks, each with the key its audio is stored under.
import { setImmediate as takeBreak } from 'node:timers/promises';
import { TtsError } from '../../api/errors.ts';
import type { JobSpec } from '../../api/job.ts';
import type { ModelInfo } from '../../engine/model/shelf.ts';
import { type ChunkRange, splitText } from '../../engine/text/split.ts';
import type { VoiceRegistry } from '../../engine/voice/registry.ts';
import type { Job } from '../jobs/job.ts';
import type { JobStore } from '../jobs/store.ts';
import { chunkKey } from './chunk-key.ts';

export interface PlannedChunk extends ChunkRange {
  key: string;
}

/** Planning a million characters must not keep the HTTP server from answering. */
const SLICE_MS = 5;

export interface JobPlan {
  text: string;
  /** The model's own name for the voice. */
  speaker: string;
  plan: PlannedChunk[];
}

export class JobPlanner {
  readonly #store: JobStore;
  readonly #voices: VoiceRegistry;
  readonly #models: ReadonlyMap<string, { info: ModelInfo }>;

  constructor(options: {
    store: JobStore;
    voices: VoiceRegistry;
    models: ReadonlyMap<string, { info: ModelInfo }>;
  }) {
    this.#store = options.store;
    this.#voices = options.voices;
    this.#models = options.models;
  }

  /** The same spec always gives the same plan. Throws when the text, the model or the voice is gone. */
  async plan({ id, spec }: Job): Promise<JobPlan> {
    const text = await this.#store.getText(id);
    const model = this.#models.get(spec.model);
    if (text === undefined) throw new TtsError('result_expired', `The text of job ${id} is gone.`);
    if (model === undefined)
      throw new TtsError('model_not_found', `There is no model ${spec.model} here any more.`);
    const speaker = spec.speaker ?? this.#voices.resolve(spec.voice).voice.speaker;
    return { text, speaker, plan: await divide(text, spec, { model: model.info, speaker }) };
  }
}

async function divide(
  text: string,
  spec: JobSpec,
  { model, speaker }: { model: ModelInfo; speaker: string },
): Promise<PlannedChunk[]> {
  const plan: PlannedChunk[] = [];
  let sliceStartMs = performance.now();
  for (const range of splitText(text, spec)) {
    const key = chunkKey({
      model: model.id,
      revision: model.revision,
      engineVersion: model.engineVersion,
      speaker,
      params: { ...spec.params, speed: spec.speed },
      seed: spec.seed,
      text: text.slice(range.start, range.end),
    });
    plan.push({ ...range, key });
    if (performance.now() - sliceStartMs > SLICE_MS) {
      await takeBreak();
      sliceStartMs = performance.now();
    }
  }
  return plan;
}
