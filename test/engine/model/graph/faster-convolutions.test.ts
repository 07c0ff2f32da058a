import { expect, test } from 'vitest';
import { makePictures } from '../../../../src/engine/model/graph/flat-pictures.ts';
import { joinNorms } from '../../../../src/engine/model/graph/join-norms.ts';
import {
  ELEMENT,
  type Graph,
  makeConstant,
  makeNode,
  setIntegers,
} from '../../../../src/engine/model/graph/onnx.ts';
import { decodeInHalves } from '../../../../src/engine/model/graph/two-halves.ts';
import { upsampleByConvolution } from '../../../../src/engine/model/graph/upsample.ts';
import { addFloats, makeGraph, runGraph } from '../../../helpers/graphs.ts';

const CHANNELS = 2;
const X = Float32Array.from({ length: CHANNELS * 9 }, (_, i) => Math.cos(i * i));

/** Of one figure in, one out, `build` names the last value. */
function makeLine(build: (graph: Graph) => string, opset?: number): Graph {
  return makeGraph({
    ...(opset !== undefined && { opset }),
    inputs: { x: ELEMENT.float },
    outputs: { y: ELEMENT.float },
    build(graph) {
      graph.nodes.push(makeNode('Identity', [build(graph)], ['y']));
    },
  });
}

function convolve(
  graph: Graph,
  input: string,
  output: string,
  {
    op = 'Conv',
    width,
    ...lists
  }: { op?: string; width: number } & Record<string, number[] | number | string>,
): string {
  const weights = addFloats(graph, `${output}_w`, [CHANNELS, CHANNELS, width]);
  const node = makeNode(op, [input, weights, addFloats(graph, `${output}_b`, [CHANNELS])], [output]);
  setIntegers(node, 'kernel_shape', [width]);
  for (const [name, list] of Object.entries(lists)) setIntegers(node, name, list as number[]);
  graph.nodes.push(node);
  return output;
}

/** Whatever a voice's decoder has: dilated convolutions, what stands between them, one that makes time four times finer. */
function buildDecoder(graph: Graph): string {
  graph.constants.set('three', makeConstant('three', Float32Array.of(3), []));
  convolve(graph, 'x', 'a', { width: 3, pads: [2, 2], dilations: [2] });
  graph.nodes.push(makeNode('LeakyRelu', ['a'], ['b']));
  convolve(graph, 'b', 'c', { op: 'ConvTranspose', width: 8, strides: [4], pads: [2, 2] });
  convolve(graph, 'c', 'd', { width: 5, pads: [2, 2] });
  graph.nodes.push(makeNode('Add', ['c', 'd'], ['e']), makeNode('Div', ['e', 'three'], ['f']));
  return 'f';
}

/** The same, and what needs to see all of the time. */
function buildFarSighted(graph: Graph): string {
  const decoded = buildDecoder(graph);
  graph.nodes.push(makeNode('ReduceMean', [decoded], ['g']), makeNode('Sub', [decoded, 'g'], ['h']));
  return 'h';
}

function addTanh(graph: Graph, input: string): string {
  graph.nodes.push(makeNode('Tanh', [input], ['t']));
  return 't';
}

test.each([11, 17])(
  'convolutions of lines become ones of pictures, and say the same (opset %i)',
  async (opset) => {
    const graph = makeLine(buildFarSighted, opset);
    const before = await runGraph(graph, X, [1, CHANNELS, 9]);
    makePictures(graph);
    expect(graph.nodes.filter(({ op }) => op === 'Reshape')).toHaveLength(2);
    const after = await runGraph(graph, X, [1, CHANNELS, 9]);
    expect(after).toHaveLength(CHANNELS * 36);
    expectSame(after, before);
  },
);

test.each([
  { width: 8, pads: [2, 2], factor: 4 },
  { width: 12, pads: [3, 3], factor: 6 },
  { width: 5, pads: [2, 1], factor: 2 },
  { width: 3, pads: [1, 1], factor: 2, late: 1 },
])(
  'time is made $factor times finer by a plain convolution ($width wide)',
  async ({ width, pads, factor, late }) => {
    const graph = makeLine((into) =>
      convolve(into, 'x', 'a', {
        op: 'ConvTranspose',
        width,
        pads,
        strides: [factor],
        ...(late !== undefined && { output_padding: [late] }),
      }),
    );
    const before = await runGraph(graph, X, [1, CHANNELS, 9]);
    makePictures(graph);
    upsampleByConvolution(graph);
    expect(graph.nodes.map(({ op }) => op)).not.toContain('ConvTranspose');
    const after = await runGraph(graph, X, [1, CHANNELS, 9]);
    expect(after).toHaveLength(CHANNELS * 9 * factor);
    expectSame(after, before);
  },
);

test('one whose outcome has another length than a multiple stays as it is', async () => {
  const graph = makeLine((into) =>
    convolve(into, 'x', 'a', { op: 'ConvTranspose', width: 8, pads: [0, 0], strides: [4] }),
  );
  makePictures(graph);
  upsampleByConvolution(graph);
  expect(graph.nodes.map(({ op }) => op)).toContain('ConvTranspose');
});

test.each([1, 2, 3, 8, 9, 40])(
  'a decoder works on both halves of %i steps and says the same',
  async (steps) => {
    const graph = makeLine((into) => addTanh(into, buildDecoder(into)));
    const x = Float32Array.from({ length: CHANNELS * steps }, (_, i) => Math.cos(i * i));
    const before = await runGraph(graph, x, [1, CHANNELS, steps]);
    decodeInHalves(graph);
    expect(graph.nodes.filter(({ op }) => op === 'Slice')).toHaveLength(4);
    expectSame(await runGraph(graph, x, [1, CHANNELS, steps]), before);
  },
);

test('a decoder that looks at all of its time is left whole', () => {
  const graph = makeLine((into) => addTanh(into, buildFarSighted(into)));
  decodeInHalves(graph);
  expect(graph.nodes.map(({ op }) => op)).not.toContain('Slice');
});

/** With a gain and a shift that are computed, as from a speaker's style. */
function buildNorm(graph: Graph, axis: number): string {
  const add = (name: string, values: Float32Array | BigInt64Array, dims: number[]) =>
    graph.constants.set(name, makeConstant(name, values, dims));
  add('least', Float32Array.of(1e-5), []);
  addFloats(graph, 'style', axis === 2 ? [1, CHANNELS, 1] : [1, 1, 9]);
  const average = (input: string, output: string) => {
    const node = makeNode('ReduceMean', [input], [output]);
    setIntegers(node, 'axes', [axis]);
    graph.nodes.push(node);
  };
  graph.nodes.push(makeNode('Exp', ['style'], ['gain']), makeNode('Neg', ['style'], ['shift']));
  average('x', 'mean');
  graph.nodes.push(makeNode('Sub', ['x', 'mean'], ['distance']));
  graph.nodes.push(makeNode('Mul', ['distance', 'distance'], ['square']));
  average('square', 'variance');
  graph.nodes.push(
    makeNode('Add', ['variance', 'least'], ['more']),
    makeNode('Sqrt', ['more'], ['deviation']),
    makeNode('Div', ['distance', 'deviation'], ['norm']),
    makeNode('Mul', ['gain', 'norm'], ['scaled']),
    makeNode('Add', ['scaled', 'shift'], ['shifted']),
  );
  return 'shifted';
}

test('a norm over time, with its gain and shift, becomes one node that says the same', async () => {
  const graph = makeLine((into) => buildNorm(into, 2));
  const before = await runGraph(graph, X, [1, CHANNELS, 9]);
  joinNorms(graph);
  expect(graph.nodes.map(({ op }) => op)).toEqual([
    'Exp',
    'Neg',
    'Reshape',
    'Reshape',
    'InstanceNormalization',
    'Identity',
  ]);
  expectSame(await runGraph(graph, X, [1, CHANNELS, 9]), before);
});

test('a norm over another axis stays as it is', () => {
  const graph = makeLine((into) => buildNorm(into, -1));
  joinNorms(graph);
  expect(graph.nodes.map(({ op }) => op)).not.toContain('InstanceNormalization');
});

function expectSame(after: Float32Array, before: Float32Array): void {
  expect(after).toHaveLength(before.length);
  for (const [i, value] of after.entries()) expect(value).toBeCloseTo(before[i]!, 4);
}
