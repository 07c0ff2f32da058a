// The language model answers all its keys and values with every token, and the runtime copies each answer. So the graph is changed before
// it is opened: it is given an array with room to spare, reads as many positions of it as there are, and answers those that are new,
// which are written behind the others. Nothing old is ever moved. What it computes stays the same.
import {
  addInput,
  addOutput,
  ELEMENT,
  type Graph,
  getName,
  makeConstant,
  makeNode,
  readShape,
} from '../../model/graph/onnx.ts';

/** For each cache its input with room to spare, and the output of what is new. */
export const nameKept = (layer: number, kind: CacheKind) => `kept.${layer}.${kind}`;
export const nameFresh = (layer: number, kind: CacheKind) => `fresh.${layer}.${kind}`;
export type CacheKind = 'key' | 'value';

const PAST = /^past_key_values\.(\d+)\.(key|value)$/;
const PRESENT = /^present\.(\d+)\.(key|value)$/;
const POSITIONS_AXIS = 2;
const END = 2n ** 62n;

export function keepOutside(graph: Graph, { isHalf }: { isHalf: boolean }): void {
  const type = isHalf ? ELEMENT.half : ELEMENT.float;
  const constants = {
    outside_zero: 0n,
    outside_one: 1n,
    outside_axis: BigInt(POSITIONS_AXIS),
    outside_end: END,
  };
  for (const [name, value] of Object.entries(constants))
    graph.constants.set(name, makeConstant(name, BigInt64Array.of(value), [1]));
  // Of the mask as many are old as are not embedded now.
  const before = [
    makeNode('Shape', ['attention_mask'], ['outside_mask_shape']),
    makeNode('Gather', ['outside_mask_shape', 'outside_one'], ['outside_total'], { axis: 0 }),
    makeNode('Shape', ['inputs_embeds'], ['outside_shape']),
    makeNode('Gather', ['outside_shape', 'outside_one'], ['outside_added'], { axis: 0 }),
    makeNode('Sub', ['outside_total', 'outside_added'], ['outside_old']),
  ];
  for (const { name, shape } of graph.inputs.map(readShape)) {
    const [, layer, kind] = PAST.exec(name) ?? [];
    if (layer === undefined) continue;
    const kept = nameKept(Number(layer), kind as CacheKind);
    addInput(graph, kept, type, shape.with(POSITIONS_AXIS, 'kept'));
    before.push(makeNode('Slice', [kept, 'outside_zero', 'outside_old', 'outside_axis'], [name]));
  }
  graph.nodes.unshift(...before);
  for (const name of graph.outputs.map(getName)) {
    const [, layer, kind] = PRESENT.exec(name) ?? [];
    if (layer === undefined) continue;
    const fresh = nameFresh(Number(layer), kind as CacheKind);
    graph.nodes.push(makeNode('Slice', [name, 'outside_old', 'outside_end', 'outside_axis'], [fresh]));
    addOutput(graph, fresh, type);
  }
  graph.inputs = graph.inputs.filter((input) => !PAST.test(getName(input)));
  graph.outputs = graph.outputs.filter((output) => !PRESENT.test(getName(output)));
}
