// The loop that draws speech token by token.
import { START_SPEECH, STOP_SPEECH } from './constants.ts';
import type { ChatterboxGraphs } from './graphs.ts';
import type { Prompt } from './prompt.ts';
import { guide, type Pick } from './sampling.ts';

export interface GenerateOptions {
  prompt: Prompt;
  pick: Pick;
  /** How far to lean towards the text; counts where the prompt has two texts. */
  guidance: number;
  exaggeration: number;
  /** Tokens that are spoken already and stay. */
  kept: readonly number[];
  /** Together with those that are kept. */
  most: number;
  signal: AbortSignal;
  /** Called after each token with all so far; whatever it answers ends the speech. */
  watch?: (tokens: readonly number[]) => Promise<string | undefined> | string | undefined;
}

export interface Generated {
  tokens: number[];
  /** The model ended it, the limit was reached, or what `watch` answered. */
  end: 'stop' | 'limit' | string;
}

/** Rejects with the signal's reason between two tokens. */
export async function generate(
  graphs: ChatterboxGraphs,
  { prompt, pick, guidance, exaggeration, kept, most, signal, watch }: GenerateOptions,
): Promise<Generated> {
  const { isTurbo } = graphs.layout;
  const { rows } = prompt;
  const memory = graphs.createMemory(rows);
  const tokens = [...kept];
  // Turbo forgets the token that begins speech once there is another.
  const heard = new Set(isTurbo ? kept : [START_SPEECH, ...kept]);
  if (tokens.length === 0) heard.add(START_SPEECH);
  let [withText, without] = await graphs.think(memory, prompt.embeds, rows);
  const read = async (id: number, at: number) => {
    const row = await graphs.embedSpeech(id, at, exaggeration);
    // That run gave way to news from outside before it began: what came while the last token was thought out is known here.
    signal.throwIfAborted();
    [withText, without] = await graphs.think(memory, rows === 1 ? row : twice(row), rows);
  };
  for (const [i, id] of kept.entries()) await read(id, i + 1);
  for (;;) {
    if (without !== undefined) guide(withText!, without, guidance);
    const id = pick(withText!, heard);
    if (id === STOP_SPEECH) return { tokens, end: 'stop' };
    if (isTurbo && tokens.length === 0) heard.clear();
    tokens.push(id);
    heard.add(id);
    const end = await watch?.(tokens);
    if (end !== undefined) return { tokens, end };
    if (tokens.length >= most) return { tokens, end: 'limit' };
    await read(id, tokens.length);
  }
}

function twice(row: Float32Array): Float32Array {
  const both = new Float32Array(2 * row.length);
  both.set(row);
  both.set(row, row.length);
  return both;
}
