// A model in words.
import type { Model } from '../api/models.ts';

export function describeState({ state, runnable, built_in }: Model): string {
  if (built_in) return 'built in';
  if (!runnable) return 'not runnable here';
  return state;
}

/** The language, or how many. */
export function describeLanguages(languages: readonly string[]): string {
  return languages.length <= 2 ? languages.join(', ') : `${languages.length} languages`;
}

export function describeVoices({ voices, clones }: Pick<Model, 'voices' | 'clones'>): string {
  if (voices === 0 && clones) return 'clones';
  const count = voices === 1 ? '1 voice' : `${voices} voices`;
  return clones ? `${count}, clones` : count;
}
