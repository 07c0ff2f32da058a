// Makes a decoder work on both halves of the time at once, as a batch of two: a picture one pixel high keeps one thread busy where
// it has few channels. Each half gets as much of the other as the convolutions look to the side, which is cut off again.
import { type Graph, type GraphNode, makeConstant, makeNode, readIntegers } from './onnx.ts';

/** What looks at one moment, or at its neighbours by the size of its kernel. */
const LOCAL = ['Conv', 'ConvTranspose', 'LeakyRelu', 'Add', 'Div', 'Mul', 'Tanh'];

/** From which on the smaller of two integers is an operator. */
const LEAST_OPSET = 12;

interface Reach {
  /** Values for each one of the decoder's input. */
  rate: number;
  /** How far it looks to each side, in the input's. */
  steps: number;
}

/**
 * The decoder begins with the convolution before the first transposed one, and ends with the last Tanh. Leaves a graph alone
 * where anything between looks farther, or is not understood.
 */
export function decodeInHalves(graph: Graph): void {
  const makers = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
  );
  const first = findBeginning(graph, makers);
  const last = graph.nodes.findLast(({ op }) => op === 'Tanh');
  if (first === undefined || last === undefined || graph.opset < LEAST_OPSET) return;
  const input = first.inputs[0]!;
  const end = last.outputs[0]!;
  const reach = measureReach(graph, makers, input, end);
  if (reach === undefined) return;

  const { rate, steps } = reach;
  const add = (name: string, ...values: number[]) => {
    const constant = makeConstant(`ttsd_halves_${name}`, BigInt64Array.from(values, BigInt), [values.length]);
    graph.constants.set(constant.name, constant);
    return constant.name;
  };
  const [zero, one, two, time] = [add('zero', 0), add('one', 1), add('two', 2), add('time', 2)];
  const [both, margin, perStep, forever] = [
    add('both', 0, 2),
    add('margin', steps),
    add('rate', rate),
    add('forever', Number.MAX_SAFE_INTEGER),
  ];
  const name = (part: string) => `ttsd_halves_at_${part}`;
  const make = (op: string, inputs: string[], output: string, attributes = {}) =>
    makeNode(op, inputs, [name(output)], attributes);
  const before = [
    make('Shape', [input], 'shape'),
    make('Gather', [name('shape'), time], 'whole'),
    make('Add', [name('whole'), one], 'more'),
    make('Div', [name('more'), two], 'half'),
    make('Sub', [name('whole'), name('half')], 'rest'),
    make('Min', [margin, name('rest')], 'beyond'),
    make('Add', [name('half'), name('beyond')], 'length'),
    make('Sub', [name('whole'), name('length')], 'start'),
    make('Slice', [input, zero, name('length'), time], 'left'),
    make('Slice', [input, name('start'), forever, time], 'right'),
    make('Concat', [name('left'), name('right')], 'halves', { axis: 0 }),
  ];
  const after = [
    make('Mul', [name('half'), perStep], 'half_out'),
    make('Sub', [name('length'), name('rest')], 'spare'),
    make('Mul', [name('spare'), perStep], 'spare_out'),
    make('Concat', [one, name('half_out')], 'left_end', { axis: 0 }),
    make('Concat', [one, name('spare_out')], 'right_start', { axis: 0 }),
    make('Concat', [two, forever], 'right_end', { axis: 0 }),
    make('Slice', [name('decoded'), add('origin', 0, 0), name('left_end'), both], 'left_out'),
    make('Slice', [name('decoded'), name('right_start'), name('right_end'), both], 'right_out'),
    makeNode('Concat', [name('left_out'), name('right_out')], [end], { axis: 2 }),
  ];
  first.inputs = [name('halves'), ...first.inputs.slice(1)];
  last.outputs = [name('decoded')];
  graph.nodes = graph.nodes.flatMap((node) =>
    node === first ? [...before, node] : node === last ? [node, ...after] : [node],
  );
}

/** Back from the first transposed convolution, over what only changes each value. */
function findBeginning(graph: Graph, makers: ReadonlyMap<string, GraphNode>): GraphNode | undefined {
  let node = graph.nodes.find(({ op, inputs }) => {
    return op === 'ConvTranspose' && graph.constants.has(inputs[1]!);
  });
  while (node !== undefined && node.op !== 'Conv')
    node = node.inputs.map((name) => makers.get(name)).find((maker) => maker && LOCAL.includes(maker.op));
  return node;
}

/** Undefined where something on the way is not local, or comes from elsewhere in full length. */
function measureReach(
  graph: Graph,
  makers: ReadonlyMap<string, GraphNode>,
  input: string,
  end: string,
): Reach | undefined {
  const known = new Map<string, Reach>([[input, { rate: 1, steps: 0 }]]);
  // What a speaker adds is the same at every moment: a convolution of the speaker's values.
  const isSteady = (name: string) => graph.constants.has(name) || makers.get(name)?.op === 'Conv';
  for (const node of graph.nodes) {
    const reached = node.inputs.flatMap((name) => known.get(name) ?? []);
    if (reached.length === 0 || node.inputs.includes(end)) continue;
    const { rate } = reached[0]!;
    const isLocal = LOCAL.includes(node.op) && reached.every((one) => one.rate === rate);
    if (!isLocal || !node.inputs.every((name) => known.has(name) || isSteady(name))) return undefined;
    const [taps] = readIntegers(node, 'kernel_shape') ?? [1];
    const [dilation] = readIntegers(node, 'dilations') ?? [1];
    const [stride] = readIntegers(node, 'strides') ?? [1];
    if (node.op === 'Conv' && stride !== 1) return undefined;
    const aside = ((taps! - 1) * dilation!) / rate;
    const steps = Math.max(...reached.map((one) => one.steps));
    known.set(
      node.outputs[0]!,
      node.op === 'ConvTranspose'
        ? { rate: rate * stride!, steps: steps + aside / stride! + 1 / rate }
        : { rate, steps: steps + aside / 2 },
    );
  }
  const reach = known.get(end);
  return reach && { rate: reach.rate, steps: Math.ceil(reach.steps) + 1 };
}
