// Normalisation of each channel over time, with its gain and shift, as one node: the nine that exports write go through all samples
// nine times.
import {
  dropUnused,
  type Graph,
  type GraphNode,
  makeConstant,
  makeNode,
  readIntegers,
  readValues,
  setFloat,
} from './onnx.ts';

/** Of a tensor of texts, channels and times. */
const TIME_AXIS = 2;
const TO_CHANNELS = makeConstant('ttsd_to_channels', BigInt64Array.of(-1n), [1]);

/** For graphs that read one text at a time. Leaves alone whatever looks otherwise. */
export function joinNorms(graph: Graph): void {
  const makers = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
  );
  graph.nodes = graph.nodes.flatMap((node) => {
    const norm = findNorm(node, graph, makers);
    if (norm === undefined) return [node];
    const output = node.outputs[0]!;
    const [gain, shift] = [`${output}_gain`, `${output}_shift`];
    const joined = makeNode('InstanceNormalization', [norm.input, gain, shift], [output]);
    setFloat(joined, 'epsilon', norm.epsilon);
    return [
      makeNode('Reshape', [norm.gain, TO_CHANNELS.name], [gain]),
      makeNode('Reshape', [norm.shift, TO_CHANNELS.name], [shift]),
      joined,
    ];
  });
  graph.constants.set(TO_CHANNELS.name, TO_CHANNELS);
  dropUnused(graph);
}

interface Norm {
  input: string;
  /** Computed; one of constants belongs to a norm over channels, which the runtime knows by itself. */
  gain: string;
  shift: string;
  epsilon: number;
}

/** gain · (input − mean) / √(mean of its square + epsilon) + shift */
function findNorm(node: GraphNode, graph: Graph, makers: ReadonlyMap<string, GraphNode>): Norm | undefined {
  const open = (name: string | undefined, op: string): string[] => {
    const maker = makers.get(name ?? '');
    return maker?.op === op ? maker.inputs : [];
  };
  const average = (name: string | undefined): string | undefined => {
    const maker = makers.get(name ?? '');
    if (maker?.op !== 'ReduceMean') return undefined;
    const axes = readIntegers(maker, 'axes') ?? readConstant(graph, maker.inputs[1]);
    return axes.length === 1 && axes[0] === TIME_AXIS ? maker.inputs[0] : undefined;
  };
  const isComputed = (name: string) => makers.has(name);
  if (node.op !== 'Add') return undefined;
  for (const [scaled, shift] of eitherWay(node.inputs))
    for (const [norm, gain] of eitherWay(open(scaled, 'Mul'))) {
      const [distance, deviation] = open(norm, 'Div');
      const [input, mean] = open(distance, 'Sub');
      const [variance, least] = open(open(deviation, 'Sqrt')[0], 'Add');
      const square = average(variance);
      const isSquare =
        open(square, 'Mul').every((name) => name === distance) &&
        (open(square, 'Pow')[0] ?? distance) === distance;
      const [epsilon] = readConstant(graph, least);
      if (input === undefined || square === undefined || epsilon === undefined) continue;
      if (isSquare && average(mean) === input && isComputed(gain) && isComputed(shift))
        return { input, gain, shift, epsilon };
    }
  return undefined;
}

function eitherWay([a, b]: readonly string[]): [string, string][] {
  return a === undefined || b === undefined
    ? []
    : [
        [a, b],
        [b, a],
      ];
}

function readConstant({ constants }: Graph, name: string | undefined): number[] {
  const found = constants.get(name ?? '');
  return found === undefined ? [] : Array.from(readValues(found));
}
