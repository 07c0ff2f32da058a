// The speakers that a model brings along, as voices, so that a model on the shelf needs no voice files.
import type { ModelInfo } from '../model/shelf.ts';
import { nameFamily } from './prefer-faster.ts';
import type { VoiceFile } from './registry.ts';

/**
 * Those of each model that none of `known` speaks already. The voice's id is the speaker's; where another voice has that, the model
 * is named too. A model that is another in other numbers (8, 16 or 32 bits) adds none: its name is what tells them apart.
 */
export function listModelVoices(models: Iterable<ModelInfo>, known: readonly VoiceFile[]): VoiceFile[] {
  const taken = new Map<string, ModelInfo | undefined>(known.map(({ id }) => [id, undefined]));
  return [...models].flatMap((model) =>
    model.speakers
      .filter(({ id }) => !known.some((voice) => voice.model === model.id && voice.speaker === id))
      .flatMap((speaker) => {
        const key = speaker.id.toLowerCase();
        const other = taken.get(key);
        if (other !== undefined && nameFamily(other) === nameFamily(model)) return [];
        if (taken.has(key)) return [describe(speaker, model, { isNamesake: true })];
        taken.set(key, model);
        return [describe(speaker, model, { isNamesake: false })];
      }),
  );
}

/** What a speaker is called beside a voice of the same name. */
export function nameWithModel(speaker: string, model: string): string {
  return `${speaker}-${model}`;
}

function describe(
  { id, name, language, gender }: ModelInfo['speakers'][number],
  model: ModelInfo,
  { isNamesake }: { isNamesake: boolean },
): VoiceFile {
  return {
    id: isNamesake ? nameWithModel(id, model.id) : id,
    name: isNamesake ? `${name} (${model.name})` : name,
    model: model.id,
    speaker: id,
    language,
    gender: gender === 'female' || gender === 'male' ? gender : 'neutral',
    description: `${name} of ${model.name}.`,
    licence: model.licence,
  };
}
