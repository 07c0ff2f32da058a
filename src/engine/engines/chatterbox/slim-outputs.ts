// The language model answers its whole memory of the text with every token, and the runtime copies each answer: at the real size
// that takes longer than thinking. So the graph is changed before it is opened: of the memory it answers what is new, of the figures
// the last row. What it computes stays the same.
import {
  addOutput,
  ELEMENT,
  type ElementType,
  type Graph,
  getName,
  makeConstant,
  makeNode,
} from '../../model/graph/onnx.ts';

export const LAST_LOGITS = 'last_logits';
const PRESENT = /^present\.(\d+)\.(key|value)$/;
/** Axes of positions. */
const AXIS = { logits: 1n, cache: 2n } as const;
const END = 2n ** 62n;

export function nameFresh(layer: number, kind: 'key' | 'value'): string {
  return `fresh.${layer}.${kind}`;
}

export function slimOutputs(graph: Graph, { isHalf }: { isHalf: boolean }): void {
  const constants: readonly (readonly [string, bigint])[] = [
    ['slim_last', -1n],
    ['slim_end', END],
    ['slim_logits_axis', AXIS.logits],
    ['slim_cache_axis', AXIS.cache],
    ['slim_length_at', 1n],
  ];
  for (const [name, value] of constants)
    graph.constants.set(name, makeConstant(name, BigInt64Array.of(value), [1]));
  graph.nodes.push(
    makeNode('Shape', ['inputs_embeds'], ['slim_shape']),
    makeNode('Gather', ['slim_shape', 'slim_length_at'], ['slim_length'], { axis: 0 }),
    makeNode('Neg', ['slim_length'], ['slim_start']),
    makeNode('Slice', ['logits', 'slim_last', 'slim_end', 'slim_logits_axis'], [LAST_LOGITS]),
  );
  const cacheType: ElementType = isHalf ? ELEMENT.half : ELEMENT.float;
  for (const name of graph.outputs.map(getName)) {
    const [, layer, kind] = PRESENT.exec(name) ?? [];
    if (layer === undefined) continue;
    const fresh = nameFresh(Number(layer), kind as 'key' | 'value');
    graph.nodes.push(makeNode('Slice', [name, 'slim_start', 'slim_end', 'slim_cache_axis'], [fresh]));
    addOutput(graph, fresh, cacheType);
  }
  graph.outputs = graph.outputs.filter(
    (output) => getName(output) !== 'logits' && !PRESENT.test(getName(output)),
  );
  addOutput(graph, LAST_LOGITS, ELEMENT.float);
}
