// The speakers that a model brings along, as voices, so that a model on the shelf needs no voice files.
import type { ModelInfo } from '../model/shelf.ts';
import type { VoiceFile } from './registry.ts';

/** Less may be chance. */
const CLEARLY = 1.15;

/**
 * Those that none of `known` speaks already. The voice's id is the speaker's. Of several models that have a speaker of one name the
 * one that was measured to be clearly faster here speaks it, else the first by id.
 */
export function listModelVoices(models: Iterable<ModelInfo>, known: readonly VoiceFile[]): VoiceFile[] {
  const spokenBy = new Map<string, ModelInfo>();
  for (const model of [...models].toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    for (const { id } of model.speakers) {
      const other = spokenBy.get(id);
      if (other === undefined || isClearlyFaster(model, other)) spokenBy.set(id, model);
    }
  return [...spokenBy]
    .filter(([id, model]) => !known.some((voice) => voice.model === model.id && voice.speaker === id))
    .map(([id, model]) => {
      const { name, language, gender } = model.speakers.find((speaker) => speaker.id === id)!;
      return {
        id,
        name,
        model: model.id,
        speaker: id,
        language,
        gender: gender === 'female' || gender === 'male' ? gender : 'neutral',
        description: `${name} of ${model.name}.`,
        licence: model.licence,
      };
    });
}

function isClearlyFaster(
  { timesRealTimeHere: speed }: ModelInfo,
  { timesRealTimeHere: other }: ModelInfo,
): boolean {
  return speed !== null && other !== null && speed > CLEARLY * other;
}
