import { expect, test } from 'vitest';
import { dequantiseConvolutions } from '../../../../src/engine/model/graph/dequantise.ts';
import {
  type Constant,
  ELEMENT,
  type Graph,
  makeConstant,
  makeNode,
  readGraph,
} from '../../../../src/engine/model/graph/onnx.ts';
import { blob, integer, text } from '../../../../src/engine/model/graph/wire.ts';
import { openSession, Tensor } from '../../../../src/engine/model/session.ts';
import { makeGraph } from '../../../helpers/graphs.ts';

const CONTRACT = { inputs: ['x'], outputs: ['y'] };
const WEIGHTS = [12, -7, 100, 3, -128, 55, 0, 9, 31, -90, 77, 127];

/** What onnxruntime's dynamic quantisation makes of one convolution: 1 channel in, 4 out, 3 taps. */
function makeQuantised(withBias: boolean): Graph {
  return makeGraph({
    inputs: { x: ELEMENT.float },
    outputs: { y: ELEMENT.float },
    build({ nodes, constants }) {
      const add = (constant: Constant) => constants.set(constant.name, constant);
      add(makeBytes('w', Int8Array.from(WEIGHTS), [4, 1, 3]));
      add(makeBytes('w_zero', Int8Array.of(0), []));
      add(makeConstant('w_scale', Float32Array.of(0.02), []));
      add(makeConstant('bias', Float32Array.of(0.5, -1, 2, 0.25), [4]));
      add(makeConstant('half', Float32Array.of(0.5), []));
      add(makeConstant('bias_shape', BigInt64Array.of(1n, 4n, 1n), [3]));
      nodes.push(
        makeNode('DynamicQuantizeLinear', ['x'], ['x_q', 'x_scale', 'x_zero']),
        makeNode('ConvInteger', ['x_q', 'w', 'x_zero', 'w_zero'], ['sum']),
        makeNode('Mul', ['x_scale', 'w_scale'], ['scale']),
      );
      const bias = [
        makeNode('Div', ['bias', 'scale'], ['bias_1']),
        makeNode('Add', ['bias_1', 'half'], ['bias_2']),
        makeNode('Floor', ['bias_2'], ['bias_3']),
        makeNode('Cast', ['bias_3'], ['bias_4'], { to: ELEMENT.int32 }),
        makeNode('Reshape', ['bias_4', 'bias_shape'], ['bias_5']),
        makeNode('Add', ['sum', 'bias_5'], ['biased']),
      ];
      nodes.push(
        ...(withBias ? bias : []),
        makeNode('Cast', [withBias ? 'biased' : 'sum'], ['float_sum'], { to: ELEMENT.float }),
        makeNode('Mul', ['float_sum', 'scale'], ['y']),
      );
    },
  });
}

test.each([true, false])(
  'a convolution of bytes becomes one of floats with the same outcome (bias: %s)',
  async (withBias) => {
    const quantised = makeQuantised(withBias).write();
    const graph = readGraph(quantised);
    dequantiseConvolutions(graph);
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Conv']);
    expect([...graph.constants.keys()].sort()).toEqual(withBias ? ['bias', 'w_floats'] : ['w_floats']);
    const [before, after] = await Promise.all([run(quantised), run(graph.write())]);
    expect(after.length).toBe(4 * 8);
    for (const [i, value] of after.entries()) expect(Math.abs(value - before[i]!)).toBeLessThan(0.05);
  },
);

test('a convolution that is not quantised in that way is left alone', () => {
  const graph = makeQuantised(false);
  graph.nodes.find(({ op }) => op === 'Cast')!.op = 'Identity';
  const before = graph.nodes.map(({ op }) => op);
  dequantiseConvolutions(graph);
  expect(graph.nodes.map(({ op }) => op)).toContain('ConvInteger');
  expect(before).toContain('ConvInteger');
});

async function run(bytes: Uint8Array): Promise<Float32Array> {
  const session = await openSession(bytes, CONTRACT, { threads: 1, name: 'test' });
  const x = Float32Array.from({ length: 10 }, (_, i) => Math.sin(i));
  const { y } = await session.run({ x: new Tensor('float32', x, [1, 1, 10]) });
  await session.release();
  return y!.data as Float32Array;
}

function makeBytes(name: string, values: Int8Array, dims: number[]): Constant {
  const fields = [
    ...dims.map((dim) => integer(1, dim)),
    integer(2, ELEMENT.int8),
    text(8, name),
    blob(9, new Uint8Array(values.buffer)),
  ];
  return { name, type: ELEMENT.int8, dims, fields };
}
