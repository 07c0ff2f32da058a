// Transposed convolutions that make time finer by a whole factor become plain ones with so many times the channels, which are then
// dealt out: the runtime has faster code for those, on several threads. For pictures one pixel high.
import {
  dropUnused,
  ELEMENT,
  type Graph,
  type GraphNode,
  makeConstant,
  makeNode,
  readInteger,
  readIntegers,
  readValues,
  setIntegers,
} from './onnx.ts';

/** Leaves alone those whose outcome is not exactly `factor` times as long as their input, and those with groups. */
export function upsampleByConvolution(graph: Graph): void {
  graph.nodes = graph.nodes.flatMap((node) => replace(node, graph) ?? [node]);
  dropUnused(graph);
}

function replace(node: GraphNode, graph: Graph): GraphNode[] | undefined {
  const [input, weightsName, biasName] = node.inputs;
  const [output] = node.outputs;
  const weights = graph.constants.get(weightsName!);
  const bias = biasName === undefined ? undefined : graph.constants.get(biasName);
  if (node.op !== 'ConvTranspose' || weights?.dims.length !== 4 || weights.type !== ELEMENT.float)
    return undefined;
  if (biasName !== undefined && bias?.type !== ELEMENT.float) return undefined;
  const [channelsIn, channelsOut, height, taps] = weights.dims as [number, number, number, number];
  const read = (name: string, missing: number[]) => readIntegers(node, name) ?? missing;
  const [, factor] = read('strides', [1, 1]) as [number, number];
  const [, before, , after] = read('pads', [0, 0, 0, 0]) as [number, number, number, number];
  const [, late] = read('output_padding', [0, 0]) as [number, number];
  const isPlain =
    height === 1 && read('dilations', [1, 1])[1] === 1 && (readInteger(node, 'group') ?? 1) === 1;
  if (factor < 2 || !isPlain || taps - before - after + late !== factor) return undefined;

  // Of output `factor · q + phase`, tap `factor · back + phase + before` belongs to input `q − back`.
  const leastBack = -Math.floor((factor - 1 + before) / factor);
  const mostBack = Math.floor((taps - 1 - before) / factor);
  const width = mostBack - leastBack + 1;
  const from = readValues(weights);
  const to = new Float32Array(channelsOut * factor * channelsIn * width);
  for (let out = 0; out < channelsOut; out++)
    for (let phase = 0; phase < factor; phase++)
      for (let into = 0; into < channelsIn; into++)
        for (let back = leastBack; back <= mostBack; back++) {
          const tap = factor * back + phase + before;
          if (tap < 0 || tap >= taps) continue;
          const row = (out * factor + phase) * channelsIn + into;
          to[row * width + mostBack - back] = from[(into * channelsOut + out) * taps + tap]!;
        }
  const name = (part: string) => `${output}_${part}`;
  const add = (constant: ReturnType<typeof makeConstant>) => {
    graph.constants.set(constant.name, constant);
    return constant.name;
  };
  const wide = add(makeConstant(name('weights'), to, [channelsOut * factor, channelsIn, 1, width]));
  const shifts = bias && Float32Array.from(repeatEach(readValues(bias), factor));
  const wideBias = shifts && add(makeConstant(name('bias'), shifts, [shifts.length]));
  const dealt = [0, channelsOut, factor, -1];
  const joined = [0, channelsOut, 1, -1];
  const conv = makeNode(
    'Conv',
    [input!, wide, ...(wideBias === undefined ? [] : [wideBias])],
    [name('phases')],
  );
  setIntegers(conv, 'kernel_shape', [1, width]);
  setIntegers(conv, 'pads', [0, mostBack, 0, -leastBack]);
  const turn = makeNode('Transpose', [name('dealt')], [name('turned')]);
  setIntegers(turn, 'perm', [0, 1, 3, 2]);
  return [
    conv,
    makeNode('Reshape', [name('phases'), addShape(name('dealt_shape'), dealt, add)], [name('dealt')]),
    turn,
    makeNode('Reshape', [name('turned'), addShape(name('joined_shape'), joined, add)], [output!]),
  ];
}

function addShape(
  name: string,
  dims: readonly number[],
  add: (constant: ReturnType<typeof makeConstant>) => string,
): string {
  return add(makeConstant(name, BigInt64Array.from(dims, BigInt), [dims.length]));
}

function repeatEach(values: ArrayLike<number>, times: number): number[] {
  return Array.from(values).flatMap((value) => Array<number>(times).fill(value));
}
