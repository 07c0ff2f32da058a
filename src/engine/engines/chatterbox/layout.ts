// What one export of Chatterbox is, read off its graphs: its family, its layers and their sizes. A graph that is something else is
// refused by the name of what differs.
import { ELEMENT, type Graph, readShape } from '../../model/graph/onnx.ts';
import { FIRST_SILENT_ID } from './constants.ts';

export interface Graphs<T> {
  encoder: T;
  embeds: T;
  model: T;
  decoder: T;
}

export interface Layout {
  isTurbo: boolean;
  layers: number;
  heads: number;
  headSize: number;
  /** Values of one position of the prompt. */
  width: number;
  /** Tokens that the model tells figures for. */
  vocabulary: number;
  /** Caches hold 16-bit floats. */
  isHalf: boolean;
}

interface Value {
  name: string;
  type: string;
  shape: readonly (number | string)[];
}

export interface Signature {
  inputs: readonly Value[];
  outputs: readonly Value[];
}

const TYPES: Readonly<Record<number, string>> = {
  [ELEMENT.float]: 'float32',
  [ELEMENT.half]: 'float16',
  [ELEMENT.int64]: 'int64',
};

/** What a graph takes and gives, by its file. */
export function describeGraph({ inputs, outputs, constants }: Graph): Signature {
  const describe = (values: Graph['inputs']) =>
    values
      .map(readShape)
      .map(({ name, type, shape }) => ({ name, shape, type: TYPES[type ?? 0] ?? `type ${type}` }));
  // Old exports list their weights among the inputs.
  return { inputs: describe(inputs).filter(({ name }) => !constants.has(name)), outputs: describe(outputs) };
}

const PAST = /^past_key_values\.(\d+)\.(key|value)$/;

interface Expected {
  type: string | readonly string[];
  rank: number;
}

const FLOATS: Expected = { type: 'float32', rank: 3 };
const IDS: Expected = { type: 'int64', rank: 2 };
const GUIDED_EMBEDS = { input_ids: IDS, position_ids: IDS, exaggeration: { type: 'float32', rank: 1 } };

/** Throws naming the file, the input or output, what was expected, and the remedy. */
export function readLayout(graphs: Graphs<Signature>, paths: Graphs<string>): Layout {
  const isTurbo = graphs.model.inputs.some(({ name }) => name === 'position_ids');
  check(paths.encoder, graphs.encoder, {
    inputs: { audio_values: { type: 'float32', rank: 2 } },
    outputs: {
      audio_features: FLOATS,
      audio_tokens: IDS,
      speaker_embeddings: { type: 'float32', rank: 2 },
      speaker_features: FLOATS,
    },
  });
  check(paths.embeds, graphs.embeds, {
    inputs: isTurbo ? { input_ids: IDS } : GUIDED_EMBEDS,
    outputs: { inputs_embeds: FLOATS },
  });
  check(paths.decoder, graphs.decoder, {
    inputs: {
      speech_tokens: IDS,
      speaker_embeddings: { type: 'float32', rank: 2 },
      speaker_features: FLOATS,
    },
    outputs: { waveform: { type: 'float32', rank: 2 } },
  });
  return { isTurbo, ...readModel(graphs.model, paths.model, isTurbo) };
}

function readModel(signature: Signature, path: string, isTurbo: boolean) {
  const { inputs, outputs } = signature;
  const past = inputs.filter(({ name }) => PAST.test(name));
  const first = past[0];
  if (first === undefined) throw differ(path, 'input past_key_values.0.key is missing');
  const [, heads, , headSize] = first.shape;
  if (typeof heads !== 'number' || typeof headSize !== 'number')
    throw differ(path, `input ${first.name} does not tell its heads and their size`);
  const layers = past.length / 2;
  const cache: Expected = { type: ['float32', 'float16'], rank: 4 };
  const ofLayers = (prefix: string) =>
    Object.fromEntries(
      Array.from({ length: Math.ceil(layers) }, (_, i) => i).flatMap((i) =>
        ['key', 'value'].map((kind) => [`${prefix}.${i}.${kind}`, cache]),
      ),
    );
  check(path, signature, {
    inputs: {
      inputs_embeds: FLOATS,
      attention_mask: IDS,
      ...(isTurbo && { position_ids: IDS }),
      ...ofLayers('past_key_values'),
    },
    outputs: { logits: FLOATS, ...ofLayers('present') },
  });
  const width = getLastSize(inputs, 'inputs_embeds');
  const vocabulary = getLastSize(outputs, 'logits');
  if (width === undefined) throw differ(path, 'input inputs_embeds does not tell its width');
  if (vocabulary === undefined || vocabulary <= FIRST_SILENT_ID + 1)
    throw differ(
      path,
      `output logits has ${vocabulary ?? 'an unknown number of'} tokens, at least 6563 are needed`,
    );
  return { layers, heads, headSize, width, vocabulary, isHalf: first.type === 'float16' };
}

function check(
  path: string,
  found: Signature,
  expected: { inputs: Record<string, Expected>; outputs: Record<string, Expected> },
): void {
  for (const [kind, wanted, values] of [
    ['input', expected.inputs, found.inputs],
    ['output', expected.outputs, found.outputs],
  ] as const) {
    for (const [name, { type, rank }] of Object.entries(wanted)) {
      const value = values.find((candidate) => candidate.name === name);
      if (value === undefined) throw differ(path, `${kind} ${name} is missing`);
      if (![type].flat().includes(value.type))
        throw differ(path, `${kind} ${name} is ${value.type}, expected ${[type].flat().join(' or ')}`);
      if (value.shape.length !== rank)
        throw differ(path, `${kind} ${name} has ${value.shape.length} dimensions, expected ${rank}`);
    }
  }
  const unknown = found.inputs.find(({ name }) => !Object.hasOwn(expected.inputs, name));
  if (unknown !== undefined) throw differ(path, `input ${unknown.name} is not known to the engine`);
}

function getLastSize(values: readonly Value[], name: string): number | undefined {
  const size = values.find((value) => value.name === name)?.shape.at(-1);
  return typeof size === 'number' ? size : undefined;
}

function differ(path: string, what: string): Error {
  return new Error(
    `${path} is no Chatterbox graph that this version can run: its ${what}. Pull the model again, or take another export of it.`,
  );
}
