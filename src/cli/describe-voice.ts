// A voice in words.
import type { Voice } from '../api/voices.ts';

export function describeKind({ kind, based_on, clip, name, cloned_by }: Voice): string {
  if (kind === 'built_in') return 'ships with ttsd';
  if (kind === 'preset' && clip === null) return `${name}, a setting of ${based_on}`;
  const length = clip === null ? '' : ` of ${clip.duration_sec} s`;
  return cloned_by === null
    ? `${name}, a clip${length}; ${based_on} speaks for it, as no model here can clone`
    : `${name}, a clip${length}, cloned by ${cloned_by}`;
}
