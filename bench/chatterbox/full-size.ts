// A Chatterbox whose language model has the real number of layers, heads and values, and weights that mean nothing: what it says
// is nothing, what it costs is real. The files are small, since the runtime makes the weights when it opens them.
import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  addInput,
  addOutput,
  ELEMENT,
  type Graph,
  type GraphNode,
  makeConstant,
  makeNode,
  readGraph,
} from '../../src/engine/model/graph/onnx.ts';
import { integer, message, text, writeFields } from '../../src/engine/model/graph/wire.ts';

export interface Size {
  layers: number;
  heads: number;
  headSize: number;
  /** Values between the two matrices of a layer's second half. */
  inner: number;
  vocabulary: number;
  isTurbo: boolean;
}

/** Turbo: GPT-2 medium. Base: Llama 520M, whose three matrices of 4096 are two of 6144 here. */
export const SIZES = {
  turbo: { layers: 24, heads: 16, headSize: 64, inner: 4096, vocabulary: 6563, isTurbo: true },
  base: { layers: 30, heads: 16, headSize: 64, inner: 6144, vocabulary: 8194, isTurbo: false },
} satisfies Record<string, Size>;

const { float: FLOAT, int64: INT64 } = ELEMENT;
const FIXTURES = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'chatterbox');

/** Writes the folder's files where they are missing, and answers their names. */
export async function writeFullSize(dir: string, size: Size): Promise<string[]> {
  const made: Record<string, () => Uint8Array> = {
    'onnx/language_model.onnx': () => makeLanguageModel(size).write(),
    'onnx/embed_tokens.onnx': () => makeEmbeds(size).write(),
  };
  for (const [name, make] of Object.entries(made)) {
    const path = join(dir, name);
    await mkdir(dirname(path), { recursive: true });
    if ((await stat(path).catch(() => undefined)) === undefined) await writeFile(path, make());
  }
  const copied = ['onnx/speech_encoder.onnx', 'onnx/conditional_decoder.onnx'];
  for (const name of copied) await copyFile(join(FIXTURES, 'base', name), join(dir, name));
  return [...Object.keys(made), ...copied];
}

function makeEmbeds(size: Size): Graph {
  const width = size.heads * size.headSize;
  const graph = makeEmpty();
  const { add, weight } = build(graph);
  addInput(graph, 'input_ids', INT64, ['b', 's']);
  if (!size.isTurbo) {
    addInput(graph, 'position_ids', INT64, ['b', 's']);
    addInput(graph, 'exaggeration', FLOAT, ['b']);
  }
  const rows = add('Gather', [
    weight(size.isTurbo ? 50_276 + size.vocabulary : size.vocabulary, width),
    'input_ids',
  ]);
  // What is not listened to must be used all the same.
  const nothing = size.isTurbo ? undefined : add('ReduceSum', ['exaggeration']);
  add(
    nothing === undefined ? 'Identity' : 'Add',
    nothing === undefined ? [rows] : [rows, nothing],
    {},
    'inputs_embeds',
  );
  addOutput(graph, 'inputs_embeds', FLOAT, ['b', 's', width]);
  return graph;
}

function makeLanguageModel({ layers, heads, headSize, inner, vocabulary, isTurbo }: Size): Graph {
  const width = heads * headSize;
  const graph = makeEmpty();
  const { add, weight, vector, integers } = build(graph);
  addInput(graph, 'inputs_embeds', FLOAT, ['b', 's', width]);
  addInput(graph, 'attention_mask', INT64, ['b', 't']);
  if (isTurbo) addInput(graph, 'position_ids', INT64, ['b', 's']);
  addOutput(graph, 'logits', FLOAT, ['b', 's', vocabulary]);
  const split = integers(0, 0, heads, headSize);
  const whole = integers(0, 0, width);
  const scale = vector(1 / Math.sqrt(headSize), 1);
  const norm = (x: string) => add('LayerNormalization', [x, vector(1, width), vector(0, width)]);
  const project = (x: string, from: number, to: number) => add('MatMul', [x, weight(from, to)]);
  const toHeads = (x: string) => add('Transpose', [add('Reshape', [x, split])], { perm: [0, 2, 1, 3] });
  // Masks and positions cost next to nothing, and are left out apart from being read.
  const read = add('ReduceSum', [add('Cast', ['attention_mask'], { to: FLOAT })]);
  const unread = add('Mul', [read, vector(0, 1)]);
  let x = add('Add', ['inputs_embeds', unread]);
  if (isTurbo)
    x = add('Add', [
      x,
      add('Mul', [add('ReduceSum', [add('Cast', ['position_ids'], { to: FLOAT })]), vector(0, 1)]),
    ]);
  for (let layer = 0; layer < layers; layer++) {
    const normed = norm(x);
    const caches = (['key', 'value'] as const).map((kind) => {
      const past = `past_key_values.${layer}.${kind}`;
      const present = `present.${layer}.${kind}`;
      addInput(graph, past, FLOAT, ['b', heads, 'p', headSize]);
      addOutput(graph, present, FLOAT, ['b', heads, 't', headSize]);
      return add('Concat', [past, toHeads(project(normed, width, width))], { axis: 2 }, present);
    });
    const query = add('Mul', [toHeads(project(normed, width, width)), scale]);
    const turned = add('Transpose', [caches[0]!], { perm: [0, 1, 3, 2] });
    const shares = add('Softmax', [add('MatMul', [query, turned])], { axis: -1 });
    const seen = add('Transpose', [add('MatMul', [shares, caches[1]!])], { perm: [0, 2, 1, 3] });
    x = add('Add', [x, project(add('Reshape', [seen, whole]), width, width)]);
    x = add('Add', [x, project(add('Relu', [project(norm(x), width, inner)]), inner, width)]);
  }
  add('MatMul', [norm(x), weight(width, vocabulary)], {}, 'logits');
  return graph;
}

function build(graph: Graph) {
  let count = 0;
  const add = (
    op: string,
    inputs: string[],
    attributes: Record<string, number | number[]> = {},
    output = `v${count++}`,
  ): string => {
    const plain = Object.entries(attributes).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    );
    const node: GraphNode = makeNode(op, inputs, [output], Object.fromEntries(plain));
    for (const [name, values] of Object.entries(attributes))
      if (Array.isArray(values))
        node.attributes.push(
          message(5, [text(1, name), ...values.map((value) => integer(8, value)), integer(20, 7)]),
        );
    graph.nodes.push(node);
    return output;
  };
  const integers = (...values: number[]): string => {
    const name = `c${count++}`;
    graph.constants.set(name, makeConstant(name, BigInt64Array.from(values, BigInt), [values.length]));
    return name;
  };
  const fill = (value: number, ...dims: number[]): string => {
    const name = `c${count++}`;
    graph.constants.set(name, makeConstant(name, Float32Array.of(value), [1]));
    return add('Expand', [name, integers(...dims)]);
  };
  return {
    add,
    integers,
    vector: (value: number, length: number) => fill(value, length),
    // Each its own, or the runtime keeps one for all.
    weight: (a: number, b: number) => fill(0.001 + count * 1e-7, a, b),
  };
}

function makeEmpty(): Graph {
  return readGraph(
    writeFields([integer(1, 8), message(7, [text(2, 'graph')]), message(8, [integer(2, 17)])]),
  );
}
