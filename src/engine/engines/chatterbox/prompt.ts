// The rows that stand before the speech: the voice, the text, and for guidance the same without its text.
import { STOP_TEXT } from './constants.ts';
import type { ChatterboxGraphs } from './graphs.ts';

export interface Prompt {
  /** Of one or two texts side by side. */
  embeds: Float32Array;
  rows: 1 | 2;
  /** Positions of each. */
  length: number;
}

/** `ids` as the tokenizer gives them, template and all. With guidance the second text keeps its places and loses its meaning. */
export async function makePrompt(
  graphs: ChatterboxGraphs,
  {
    features,
    ids,
    exaggeration,
    isGuided,
  }: { features: Float32Array; ids: readonly number[]; exaggeration: number; isGuided: boolean },
): Promise<Prompt> {
  const { width } = graphs.layout;
  const text = await graphs.embedText(ids, exaggeration);
  const rows = isGuided ? 2 : 1;
  const size = features.length + text.length;
  const embeds = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) {
    embeds.set(features, row * size);
    embeds.set(text, row * size + features.length);
  }
  if (isGuided) {
    const start = size + features.length;
    // The first id stands for the exaggeration, which stays.
    for (let i = 1; i <= ids.indexOf(STOP_TEXT); i++) {
      const meaning = graphs.textTable!(ids[i]!);
      for (let k = 0; k < width; k++) embeds[start + i * width + k]! -= meaning[k]!;
    }
  }
  return { embeds, rows, length: size / width };
}
