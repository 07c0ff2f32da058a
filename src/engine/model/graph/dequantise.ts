// Convolutions of bytes turned back into convolutions of floats: until runtime 1.32 the former take twice the time, and the
// latter are nearer to the model that was quantised. Products of matrices stay as they are: they are fast.
import { type Constant, dropUnused, type Graph, type GraphNode, makeConstant, readValues } from './onnx.ts';

/** Leaves alone whatever is not quantised in the way of onnxruntime's dynamic quantisation. */
export function dequantiseConvolutions(graph: Graph): void {
  const makers = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
  );
  const users = new Map<string, GraphNode[]>();
  for (const node of graph.nodes)
    for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node]);
  const replaced = new Set<GraphNode>();
  for (const [i, node] of graph.nodes.entries()) {
    if (node.op !== 'ConvInteger') continue;
    const found = readPattern(node, { graph, makers, users });
    if (found === undefined) continue;
    graph.nodes[i] = found;
    // What made it until now.
    replaced.add(makers.get(found.outputs[0]!)!);
  }
  graph.nodes = graph.nodes.filter((node) => !replaced.has(node));
  dropUnused(graph);
}

interface Neighbours {
  graph: Graph;
  makers: ReadonlyMap<string, GraphNode>;
  users: ReadonlyMap<string, readonly GraphNode[]>;
}

/** Quantise(x) → ConvInteger → [Add of the quantised bias] → Cast → Mul by both scales, as one Conv with the outcome's name. */
function readPattern(conv: GraphNode, { graph, makers, users }: Neighbours): GraphNode | undefined {
  const only = (name: string): GraphNode | undefined => {
    const all = users.get(name) ?? [];
    return all.length === 1 ? all[0] : undefined;
  };
  const quantised = makers.get(conv.inputs[0]!);
  const weights = graph.constants.get(conv.inputs[1]!);
  const zero = graph.constants.get(conv.inputs[3] ?? '');
  let next = only(conv.outputs[0]!);
  let bias: string | undefined;
  if (next?.op === 'Add') {
    const other = next.inputs.find((name) => name !== conv.outputs[0])!;
    bias = findBias(other, makers, graph);
    if (bias === undefined) return undefined;
    next = only(next.outputs[0]!);
  }
  if (next?.op !== 'Cast') return undefined;
  const scaled = only(next.outputs[0]!);
  if (scaled?.op !== 'Mul' || quantised?.op !== 'DynamicQuantizeLinear' || weights === undefined)
    return undefined;
  const scales = makers.get(scaled.inputs.find((name) => name !== next.outputs[0])!);
  const scale = scales?.inputs
    .map((name) => graph.constants.get(name))
    .find((constant) => constant !== undefined);
  if (scales?.op !== 'Mul' || scale === undefined) return undefined;
  const floats = toFloats(weights, scale, zero);
  graph.constants.set(floats.name, floats);
  return {
    name: conv.name,
    op: 'Conv',
    domain: '',
    inputs: [quantised.inputs[0]!, floats.name, ...(bias === undefined ? [] : [bias])],
    outputs: scaled.outputs,
    attributes: conv.attributes,
  };
}

/** The floats that the quantised bias is computed from: bias / scale, rounded, shaped. */
function findBias(name: string, makers: Neighbours['makers'], graph: Graph): string | undefined {
  for (let node = makers.get(name); node !== undefined; node = makers.get(node.inputs[0]!)) {
    if (node.op === 'Div') return graph.constants.has(node.inputs[0]!) ? node.inputs[0] : undefined;
    if (!['Reshape', 'Cast', 'Floor', 'Round', 'Add'].includes(node.op)) return undefined;
  }
  return undefined;
}

/** One scale and zero for all, or one for each channel. */
function toFloats(weights: Constant, scale: Constant, zero: Constant | undefined): Constant {
  const values = readValues(weights);
  const scales = readValues(scale);
  const zeros = zero === undefined ? [0] : readValues(zero);
  const perChannel = values.length / weights.dims[0]!;
  const floats = new Float32Array(values.length);
  for (let i = 0; i < floats.length; i++) {
    const channel = Math.floor(i / perChannel);
    floats[i] =
      (values[i]! - zeros[zeros.length > 1 ? channel : 0]!) * scales[scales.length > 1 ? channel : 0]!;
  }
  return makeConstant(`${weights.name}_floats`, floats, weights.dims);
}
