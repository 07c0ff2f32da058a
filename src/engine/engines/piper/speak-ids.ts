// A Piper voice's ids of a run of phonemes: each followed by padding, between a beginning and an end.
import type { PiperConfig } from './voice-config.ts';

const START = '^';
const END = '$';
const PADDING = '_';

export interface RunIds {
  ids: number[];
  /** For each phoneme of the run, its first id and the one after its last, the padding behind it included. */
  ranges: { offset: number; from: number; to: number }[];
  /** Each phoneme that the voice has no id for, once. */
  unknown: string[];
}

/** `phonemes`: code points with their places in the whole. */
export function makeIds(
  phonemes: readonly { phoneme: string; offset: number }[],
  { phonemeIds }: Pick<PiperConfig, 'phonemeIds'>,
): RunIds {
  const padding = phonemeIds.get(PADDING)!;
  const ids = [...phonemeIds.get(START)!, ...padding];
  const ranges: RunIds['ranges'] = [];
  const unknown = new Set<string>();
  for (const { phoneme, offset } of phonemes) {
    const found = phonemeIds.get(phoneme);
    if (found === undefined) {
      unknown.add(phoneme);
      continue;
    }
    const from = ids.length;
    ids.push(...found, ...padding);
    ranges.push({ offset, from, to: ids.length });
  }
  ids.push(...phonemeIds.get(END)!);
  return { ids, ranges, unknown: [...unknown] };
}
