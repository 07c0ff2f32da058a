// A job's plan: its text divided into chunks, each with the key its audio is stored under.
import { setImmediate as takeBreak } from 'node:timers/promises';
import { TtsError } from '../../api/errors.ts';
import type { JobSpec } from '../../api/job.ts';
import type { ModelInfo } from '../../engine/model/shelf.ts';
import { getBaseLanguage } from '../../engine/text/base-language.ts';
import { divideText, type TextChunk } from '../../engine/text/chunks.ts';
import { makeRespeller, type Spoken } from '../../engine/text/markup/respell.ts';
import { parseTags } from '../../engine/text/markup/tags.ts';
import { findClipHash } from '../../engine/voice/clip-speaker.ts';
import type { VoiceRegistry } from '../../engine/voice/registry.ts';
import type { Job } from '../jobs/job.ts';
import type { JobStore } from '../jobs/store.ts';
import { chunkKey } from './chunk-key.ts';

export interface PlannedChunk extends TextChunk {
  key: string;
  /** The model's own name for the voice, or a clip as `nameClipSpeaker` writes it. */
  speaker: string;
  /** BCP 47: what the text is read as. */
  language: string;
  /** What the engine is given: the words of the lexicon as they are said. */
  spoken: Spoken;
  seed: number;
}

/** Planning a million characters must not keep the HTTP server from answering. */
const SLICE_MS = 5;

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
  async plan({ id, spec }: Job): Promise<PlannedChunk[]> {
    const text = await this.#store.getText(id);
    const model = this.#models.get(spec.model);
    if (text === undefined) throw new TtsError('result_expired', `The text of job ${id} is gone.`);
    if (model === undefined)
      throw new TtsError('model_not_found', `There is no model ${spec.model} here any more.`);
    return divide(text, spec, { model: model.info, voices: this.#voices });
  }
}

async function divide(
  text: string,
  spec: JobSpec,
  { model, voices }: { model: ModelInfo; voices: VoiceRegistry },
): Promise<PlannedChunk[]> {
  const plan: PlannedChunk[] = [];
  const { tags } = model.manifest;
  const { respell } = makeRespeller(spec.pronunciations ?? []);
  const findSpeaker = (name: string) => spec.speakers?.[name] ?? voices.resolve(name).voice;
  const ofJob = findSpeaker(spec.voice);
  let sliceStartMs = performance.now();
  for (const chunk of divideText(text, parseTags(text), { ...spec, modelTags: tags })) {
    const redone = spec.redone?.[plan.length];
    const { speaker, language } =
      redone?.speaker ?? (chunk.voice === null ? ofJob : findSpeaker(chunk.voice.name));
    const seed = redone?.seed ?? spec.seed;
    const spoken = respell(text.slice(chunk.start, chunk.end), language, tags);
    const key = chunkKey({
      model: model.id,
      revision: model.revision,
      engineVersion: model.engineVersion,
      // A model's own speaker has one language; a clip is read in whatever was asked for.
      speaker: findClipHash(speaker) === undefined ? speaker : `${speaker} ${getBaseLanguage(language)}`,
      params: {
        ...spec.params,
        speed: spec.speed,
        ...(spec.loudness !== undefined && { loudness: spec.loudness }),
      },
      seed,
      text: spoken.text,
    });
    plan.push({ ...chunk, key, speaker, language, spoken, seed });
    if (performance.now() - sliceStartMs > SLICE_MS) {
      await takeBreak();
      sliceStartMs = performance.now();
    }
  }
  return plan;
}
