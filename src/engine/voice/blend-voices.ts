// A voice mixed of others by weight: `af_heart*0.6+af_bella*0.4`.
import { TtsError } from '../../api/errors.ts';
import type { ModelInfo } from '../model/shelf.ts';
import { type BlendPart, parseBlend } from './blend.ts';
import type { VoiceFile } from './registry.ts';

/** Undefined when `name` is no blend; throws `voice_not_found` naming the part that is wrong or cannot be mixed. */
export function blendVoices(
  name: string,
  find: (name: string) => VoiceFile | undefined,
  models: ReadonlyMap<string, ModelInfo>,
): VoiceFile | undefined {
  if (!/[*+]/.test(name)) return undefined;
  const parts = parse(name).map((part) => ({ ...part, voice: findPart(part, find) }));
  const first = parts[0]!.voice;
  for (const { voice } of parts) {
    if (!models.get(voice.model)?.blends)
      throw refuse(name, `model ${voice.model} of ${voice.id} cannot mix its voices`);
    if (voice.model !== first.model)
      throw refuse(name, `${first.id} is of model ${first.model}, ${voice.id} of ${voice.model}`);
  }
  const write = (key: 'id' | 'speaker'): string =>
    parts.map(({ voice, weight }) => `${voice[key]}*${Number(weight.toFixed(6))}`).join('+');
  return {
    ...first,
    id: write('id'),
    name: write('id'),
    speaker: write('speaker'),
    description: `A blend of ${parts.map(({ voice }) => voice.name).join(' and ')}.`,
  };
}

function parse(name: string): BlendPart[] {
  try {
    return parseBlend(name);
  } catch (cause) {
    throw refuse(name, (cause as Error).message);
  }
}

function findPart(part: BlendPart, find: (name: string) => VoiceFile | undefined): VoiceFile {
  const voice = find(part.name);
  if (voice === undefined)
    throw new TtsError(
      'voice_not_found',
      `There is no voice ${JSON.stringify(part.name.slice(0, 100))} to blend. See: tts voices`,
    );
  return voice;
}

function refuse(name: string, why: string): TtsError {
  return new TtsError(
    'voice_not_found',
    `The blend ${JSON.stringify(name.slice(0, 100))} cannot be made: ${why}. See: tts voices`,
  );
}
