// Convolutions along a line become convolutions of pictures that are one pixel high: the sums are the same, and the runtime has
// faster code for pictures. What stands between two of them follows, so that nothing is carried from one layout to the other and back.
import {
  type Constant,
  dropUnused,
  type Graph,
  type GraphNode,
  getName,
  makeConstant,
  makeNode,
  readIntegers,
  setIntegers,
  withDims,
} from './onnx.ts';

/** What a picture has where a line has one figure. */
const HEIGHT: Readonly<Record<string, (line: readonly number[]) => number[]>> = {
  kernel_shape: ([width]) => [1, width!],
  strides: ([step]) => [1, step!],
  dilations: ([step]) => [1, step!],
  pads: ([before, after]) => [0, before!, 0, after!],
  output_padding: ([after]) => [0, after!],
};
/** They know no neighbours: of a picture they make a picture. */
const OF_ONE = ['LeakyRelu', 'Relu', 'Tanh', 'Sigmoid'];
const OF_TWO = ['Add', 'Sub', 'Mul', 'Div'];
const TO_PICTURE = makeConstant('ttsd_to_picture', BigInt64Array.of(0n, 0n, 1n, -1n), [4]);
const TO_LINE = makeConstant('ttsd_to_line', BigInt64Array.of(0n, 0n, -1n), [3]);

export function makePictures(graph: Graph): void {
  const pictures = new Map<string, string>();
  /** Those whose lines somebody has asked for. */
  const lines = new Set<string>();
  const nodes: GraphNode[] = [];

  function takePicture(name: string): string {
    const known = pictures.get(name);
    if (known !== undefined) return known;
    const picture = nameOf(name);
    nodes.push(makeNode('Reshape', [name, TO_PICTURE.name], [picture]));
    pictures.set(name, picture);
    lines.add(name);
    return picture;
  }
  function needLine(name: string): void {
    const picture = pictures.get(name);
    if (picture === undefined || lines.has(name)) return;
    nodes.push(makeNode('Reshape', [picture, TO_LINE.name], [name]));
    lines.add(name);
  }
  function push(node: GraphNode, inputs: string[], attributes = node.attributes): void {
    const [output] = node.outputs;
    pictures.set(output!, nameOf(output!));
    nodes.push({ ...node, inputs, outputs: [nameOf(output!)], attributes });
  }

  for (const node of graph.nodes) {
    const weights = findLineWeights(node, graph);
    if (weights !== undefined) {
      const [input, , ...bias] = node.inputs;
      const [one, two, width] = weights.dims;
      const flat = withDims(weights, nameOf(weights.name), [one!, two!, 1, width!]);
      graph.constants.set(flat.name, flat);
      push(node, [takePicture(input!), flat.name, ...bias], widenAttributes(node));
    } else if (isFollowed(node, pictures, graph))
      push(
        node,
        node.inputs.map((name) => pictures.get(name) ?? name),
      );
    else {
      for (const name of node.inputs) needLine(name);
      nodes.push(node);
    }
  }
  for (const output of graph.outputs) needLine(getName(output));
  for (const constant of [TO_PICTURE, TO_LINE]) graph.constants.set(constant.name, constant);
  graph.nodes = nodes;
  dropUnused(graph);
}

function nameOf(name: string): string {
  return `${name}_picture`;
}

/** Undefined where the node is no such convolution, or one whose sizes are not all written down. */
function findLineWeights(node: GraphNode, graph: Graph): Constant | undefined {
  if (node.domain !== '' || (node.op !== 'Conv' && node.op !== 'ConvTranspose')) return undefined;
  const weights = graph.constants.get(node.inputs[1]!);
  if (weights?.dims.length !== 3 || readIntegers(node, 'kernel_shape') === undefined) return undefined;
  return readIntegers(node, 'output_shape') === undefined ? weights : undefined;
}

function widenAttributes(node: GraphNode): GraphNode['attributes'] {
  const widened = { ...node };
  for (const [name, widen] of Object.entries(HEIGHT)) {
    const line = readIntegers(node, name);
    if (line !== undefined) setIntegers(widened, name, widen(line));
  }
  return widened.attributes;
}

function isFollowed(
  { op, domain, inputs }: GraphNode,
  pictures: ReadonlyMap<string, string>,
  { constants }: Graph,
): boolean {
  if (domain !== '') return false;
  if (OF_ONE.includes(op)) return pictures.has(inputs[0]!);
  if (!OF_TWO.includes(op)) return false;
  const isSingle = (name: string) =>
    constants.has(name) && constants.get(name)!.dims.reduce((a, b) => a * b, 1) === 1;
  return (
    inputs.some((name) => pictures.has(name)) &&
    inputs.every((name) => pictures.has(name) || (isSingle(name) && constants.get(name)!.dims.length <= 3))
  );
}
