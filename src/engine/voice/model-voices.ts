// The speakers that a model brings along, as voices, so that a model on the shelf needs no voice files.
import type { ModelInfo } from '../model/shelf.ts';
import type { VoiceFile } from './registry.ts';

/** Those of each model that none of `known` speaks already. The voice's id is the speaker's. */
export function listModelVoices(models: Iterable<ModelInfo>, known: readonly VoiceFile[]): VoiceFile[] {
  return [...models].flatMap((model) =>
    model.speakers
      .filter(({ id }) => !known.some((voice) => voice.model === model.id && voice.speaker === id))
      .map(({ id, name, language, gender }) => ({
        id,
        name,
        model: model.id,
        speaker: id,
        language,
        gender: gender === 'female' || gender === 'male' ? gender : 'neutral',
        description: `${name} of ${model.name}.`,
        licence: model.licence,
      })),
  );
}
