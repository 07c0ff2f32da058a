// Which model speaks with the voice of a clip.
import type { ModelInfo } from '../model/shelf.ts';
import { getBaseLanguage } from '../text/base-language.ts';

export interface CloneWish {
  /** That was asked for. */
  model?: string | undefined;
  /** Of the voice that the clip's is based on. */
  basedOn: string;
  /** BCP 47, of the text. */
  language: string;
  durationSec: number;
}

/**
 * The model that was asked for if it clones, else the one that the voice is based on if that clones; else, of those that clone, one
 * that speaks the language goes before others, then one for which the clip is long enough, then the smallest. Undefined where none
 * clones.
 */
export function chooseCloner(
  models: Iterable<ModelInfo>,
  { model, basedOn, language, durationSec }: CloneWish,
): ModelInfo | undefined {
  const cloners = [...models].filter(({ manifest }) => manifest.clones);
  const named = cloners.find(({ id }) => id === model) ?? cloners.find(({ id }) => id === basedOn);
  if (named !== undefined) return named;
  const rank = (one: ModelInfo) => [
    findLanguage(one, language) === undefined ? 1 : 0,
    durationSec > (one.manifest.clipSec?.min ?? 0) ? 0 : 1,
    Object.values(one.manifest.files).reduce((sum, { bytes }) => sum + bytes, 0),
  ];
  return cloners.sort((a, b) => compare(rank(a), rank(b)) || (a.id < b.id ? -1 : 1))[0];
}

/** The model's own tag of the language, whatever the region; undefined where it does not speak it. */
export function findLanguage({ languages }: ModelInfo, language: string): string | undefined {
  return languages.find((known) => getBaseLanguage(known) === getBaseLanguage(language));
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : a[at]! - b[at]!;
}
